#Requires -Version 5.1
#Requires -Modules ActiveDirectory
<#
.SYNOPSIS
    Makes postvagt's service account in Active Directory, and gives it exactly what it needs.

.DESCRIPTION
    The account may read people and groups, and write one attribute, member, of the groups in one OU:
    the lists. It may not write anything else, anywhere; "postvagt check" proves it before the first run.

    Run it again whenever you like: what is there already stays, and a right is not given twice.
    With -WhatIf it says what it would do, and does nothing.

    Whoever runs it needs the right to make users in -Path, and to change the permissions of the OUs
    named: a member of Domain Admins has both.

    The same for Samba is postvagt-account.sh; README.md tells what each right means.

.PARAMETER Lists
    The OU of the distribution lists, by its DN; one or several. Keep nothing but such lists there: the
    account may write the members of every group in it, security groups too. A domain, a container
    such as CN=Users, and an OU with built-in or critical groups or groups with adminCount=1 below
    it are refused. Other groups than lists (security groups, groups without a mail address) are a
    warning that names them.

.PARAMETER Read
    OUs that it may read: people, and the groups that routes name. In most domains every
    account may read them already; then this changes nothing. Where that was taken away
    ("Pre-Windows 2000 Compatible Access" emptied), it is needed.

.PARAMETER Create
    It may also make groups below -Lists (postvagt.yaml: lists: {create: true}), and delete those that it made.

.PARAMETER Name
    The account's name.

.PARAMETER Path
    The OU or container where the account is made. Default: the domain's container for users.

.PARAMETER Password
    Its password, as a SecureString. Default: a random one, which nobody knows; that is all it takes
    where ktpass sets another one with the keytab.

.PARAMETER Server
    The domain controller to work on. Default: one is found.

.EXAMPLE
    .\New-PostvagtAccount.ps1 -Lists 'OU=Lister,DC=eksempel,DC=dk' -Read 'OU=Medarbejdere,DC=eksempel,DC=dk' -WhatIf

.EXAMPLE
    .\New-PostvagtAccount.ps1 -Lists 'OU=Lister,DC=eksempel,DC=dk' -Password (Read-Host -AsSecureString)
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [Parameter(Mandatory = $true)]
    [string[]] $Lists,
    [string[]] $Read = @(),
    [switch] $Create,
    [ValidatePattern('^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$')]
    [string] $Name = 'postvagt',
    [string] $Path,
    [securestring] $Password,
    [string] $Server
)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'

if (-not $Server) {
    # One DC for all of it: what one has just made, another does not know yet.
    $Server = [string](Get-ADDomainController -Discover -Writable).HostName
}
$domain = Get-ADDomain -Server $Server
if (-not $Path) {
    $Path = $domain.UsersContainer
}

# schemaIDGUIDs (MS-ADA2, MS-ADSC), the same in every domain and every language of Windows.
$member = [guid] 'bf9679c0-0de6-11d0-a285-00aa003049e2' # the attribute member
$group = [guid] 'bf967a9c-0de6-11d0-a285-00aa003049e2'  # the class group
$any = [guid]::Empty

# 32 characters from the system's generator of random numbers.
function New-RandomPassword {
    $bytes = New-Object byte[] 24
    $generator = [System.Security.Cryptography.RandomNumberGenerator]::Create()
    try {
        $generator.GetBytes($bytes)
    } finally {
        $generator.Dispose()
    }
    # A capital, a small letter and a number, whatever chance gave, for the domain's rules.
    ConvertTo-SecureString -AsPlainText -Force -String ('Aa1' + [Convert]::ToBase64String($bytes))
}

# An access control entry that allows $Rights to $Sid; $Object is the attribute or the class that the right is about,
# $Inheritance where it holds, $Class the class of the objects below on which it does.
function New-Rule {
    param($Sid, $Rights, $Object, $Inheritance, $Class)
    New-Object System.DirectoryServices.ActiveDirectoryAccessRule -ArgumentList @(
        $Sid,
        [System.DirectoryServices.ActiveDirectoryRights] $Rights,
        [System.Security.AccessControl.AccessControlType]::Allow,
        $Object,
        [System.DirectoryServices.ActiveDirectorySecurityInheritance] $Inheritance,
        $Class)
}

# Whether $Acl has an entry of its own that gives what $Rule gives.
function Test-Rule {
    param($Acl, $Rule)
    $entries = $Acl.GetAccessRules($true, $false, [System.Security.Principal.SecurityIdentifier])
    foreach ($entry in $entries) {
        if ($entry.IdentityReference -eq $Rule.IdentityReference -and
            $entry.AccessControlType -eq $Rule.AccessControlType -and
            ($entry.ActiveDirectoryRights -band $Rule.ActiveDirectoryRights) -eq $Rule.ActiveDirectoryRights -and
            $entry.ObjectType -eq $Rule.ObjectType -and
            $entry.InheritanceType -eq $Rule.InheritanceType -and
            $entry.InheritedObjectType -eq $Rule.InheritedObjectType) {
            return $true
        }
    }
    return $false
}

# Adds to the permissions of $Dn those of $Rules that are not there.
function Grant-Right {
    [CmdletBinding(SupportsShouldProcess = $true)]
    param([string] $Dn, [object[]] $Rules, [string] $What)
    $object = Get-ADObject -Identity $Dn -Properties nTSecurityDescriptor -Server $Server
    $acl = $object.nTSecurityDescriptor
    $missing = @($Rules | Where-Object { -not (Test-Rule -Acl $acl -Rule $_) })
    if ($missing.Count -eq 0) {
        Write-Verbose "$Dn`: $What, already"
        return
    }
    if ($PSCmdlet.ShouldProcess($Dn, $What)) {
        foreach ($rule in $missing) {
            $acl.AddAccessRule($rule)
        }
        Set-ADObject -Identity $Dn -Replace @{ nTSecurityDescriptor = $acl } -Server $Server
    }
}

# The first five of $Groups, indented below a message.
function Format-Group {
    param([object[]] $Groups)
    $first = @($Groups | Select-Object -First 5 | ForEach-Object { '    ' + $_.DistinguishedName })
    [Environment]::NewLine + ($first -join [Environment]::NewLine)
}

# Stops where $Dn is not an OU of lists: the right to write member holds for every group below it.
function Test-ListsOu {
    param([string] $Dn)
    $object = Get-ADObject -Identity $Dn -Server $Server
    if ($object.ObjectClass -ne 'organizationalUnit') {
        throw ("${Dn}: not an organizational unit ($($object.ObjectClass)). -Lists takes the OU of the lists, never a " +
            'domain or a container: the account could write every group below it, Domain Admins too.')
    }
    # groupType (MS-ADTS section 2.2.12): bit 1 is GROUP_TYPE_BUILTIN_LOCAL_GROUP, the highest GROUP_TYPE_SECURITY_ENABLED.
    $protected = @(Get-ADGroup -SearchBase $Dn -Server $Server -LDAPFilter `
            '(|(isCriticalSystemObject=TRUE)(adminCount=1)(groupType:1.2.840.113556.1.4.803:=1))')
    if ($protected.Count -gt 0) {
        throw ("${Dn}: the account could write $($protected.Count) built-in or critical groups, or groups with " +
            'adminCount=1, that are below it. Put the lists into an OU of their own. The first:' +
            (Format-Group $protected))
    }
    $other = @(Get-ADGroup -SearchBase $Dn -Server $Server -LDAPFilter `
            '(|(groupType:1.2.840.113556.1.4.803:=2147483648)(!(|(mail=*)(proxyAddresses=*))))')
    if ($other.Count -gt 0) {
        Write-Warning ("${Dn}: $($other.Count) of the groups below it are security groups or have no mail address. " +
            'The account can write their members, and so hand out what these groups may do: move them to another OU. ' +
            'The first:' + (Format-Group $other))
    }
}

foreach ($base in $Lists) {
    Test-ListsOu -Dn $base
}

# 1. The account.

$account = Get-ADUser -Filter "sAMAccountName -eq '$Name'" -Server $Server
if (-not $account) {
    if (-not $Password) {
        $Password = New-RandomPassword
    }
    if ($PSCmdlet.ShouldProcess("CN=$Name,$Path", 'make the account')) {
        $account = New-ADUser -Name $Name -SamAccountName $Name -UserPrincipalName "$Name@$($domain.DNSRoot)" `
            -Path $Path -AccountPassword $Password -Enabled $true -Server $Server -PassThru
    }
} elseif ($Password -and $PSCmdlet.ShouldProcess($account.DistinguishedName, 'set its password')) {
    Set-ADAccountPassword -Identity $account -Reset -NewPassword $Password -Server $Server
}
if (-not $account) {
    # -WhatIf, and no account yet: the rights are told with the SID of nobody.
    $sid = New-Object System.Security.Principal.SecurityIdentifier 'S-1-0-0'
} else {
    $sid = $account.SID
    # Its password never expires, since nobody would be there to renew it; it cannot be delegated (what it may, no
    # service may do in its name); its tickets are AES.
    if ($PSCmdlet.ShouldProcess($account.DistinguishedName, 'password never expires, no delegation, AES')) {
        Set-ADUser -Identity $account -PasswordNeverExpires $true -AccountNotDelegated $true `
            -KerberosEncryptionType @('AES128', 'AES256') -Server $Server `
            -Description 'postvagt: reads people and groups, writes member of the lists'
    }
}

# 2. What it may.

$canRead = New-Rule $sid 'ListChildren, ReadProperty, ListObject, ReadControl' $any 'All' $any
# Descendents: of the OU itself it writes nothing.
$canWriteMember = New-Rule $sid 'WriteProperty' $member 'Descendents' $group

foreach ($base in $Read) {
    Grant-Right -Dn $base -Rules @($canRead) -What 'may read below it'
}
foreach ($base in $Lists) {
    Grant-Right -Dn $base -Rules @($canRead, $canWriteMember) -What 'may read below it, and write member of groups there'
}

if ($Create) {
    # Whoever makes an object owns it, and an owner may always change its rights, unless there is an entry for
    # S-1-3-4, "owner rights": for the groups that it makes, then, no more than to read them.
    $owner = New-Object System.Security.Principal.SecurityIdentifier 'S-1-3-4'
    $canCreate = New-Rule $sid 'CreateChild' $group 'All' $any
    $ownerReads = New-Rule $owner 'ListChildren, ReadProperty, ListObject, ReadControl' $any 'Descendents' $group
    # For "creator owner" (S-1-3-0), whom each new group's own permissions then name: what it made, an undo file
    # takes away again; other groups it cannot delete.
    $creator = New-Object System.Security.Principal.SecurityIdentifier 'S-1-3-0'
    $creatorDeletes = New-Rule $creator 'Delete' $any 'Descendents' $group
    foreach ($base in $Lists) {
        Grant-Right -Dn $base -Rules @($canCreate, $ownerReads, $creatorDeletes) `
            -What 'may make groups below it, and delete those it made'
    }
}

# 3. What is left to do.

Write-Output @"
For Kerberos, make the keytab on a domain controller, and move it to the agent's machine (chmod 600). ktpass asks
for a new password, and the keytab holds as long as that:

    ktpass /princ $Name@$($domain.DNSRoot.ToUpperInvariant()) /mapuser $($domain.NetBIOSName)\$Name /pass * /crypto AES256-SHA1 /ptype KRB5_NT_PRINCIPAL /out postvagt.keytab

Then, on the agent's machine: postvagt check
"@
