// An OpenID provider that gives tokens for client credentials, with node's oidc-provider. tests/servers/oidc.sh starts it.
// Environment: PORT (0: a free one), KEY and CERT (PEM files of the server), CLIENT_CERT (PEM, of the client that signs),
// SECRET (of the client that has one), TTL (seconds that a token holds). Prints its port.
import {X509Certificate} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {createServer} from 'node:https';
import {createRequire} from 'node:module';
import {pathToFileURL} from 'node:url';

// The module lies where `npm ci` put it, not beside this file.
const require = createRequire(process.env.MODULES);
const {default: Provider} = await import(pathToFileURL(require.resolve('oidc-provider')));

const certificate = new X509Certificate(readFileSync(process.env.CLIENT_CERT));
const jwk = certificate.publicKey.export({format: 'jwk'});
const common = {grant_types: ['client_credentials'], redirect_uris: [], response_types: [], scope: 'absences'};

const server = createServer({key: readFileSync(process.env.KEY), cert: readFileSync(process.env.CERT)});
server.listen(Number(process.env.PORT), '127.0.0.1', () => {
  const {port} = server.address();
  const provider = new Provider(`https://127.0.0.1:${port}`, {
    scopes: ['absences'],
    clients: [
      {...common, client_id: 'by-secret', client_secret: process.env.SECRET,
        token_endpoint_auth_method: 'client_secret_post'},
      {...common, client_id: 'by-assertion', jwks: {keys: [{...jwk, use: 'sig', alg: 'RS256'}]},
        token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'RS256'},
      {...common, client_id: 'resource', client_secret: process.env.SECRET,
        token_endpoint_auth_method: 'client_secret_post'},
    ],
    features: {
      clientCredentials: {enabled: true},
      devInteractions: {enabled: false},
      introspection: {enabled: true, allowedPolicy: () => true},
      revocation: {enabled: true},
    },
    ttl: {ClientCredentials: Number(process.env.TTL)},
  });
  server.on('request', provider.callback());
  console.log(`port ${port}`);
});
