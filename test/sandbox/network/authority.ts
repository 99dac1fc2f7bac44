import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { writeFile } from 'node:fs/promises';

import { addressBytes } from './address';
import { bits, bool, integer, octets, oid, sequence, set, tagged, utcTime, utf8 } from './der';

/** PEM texts for an https server. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

const dayMs = 86_400_000;
const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));

/**
 * A certificate authority that exists as long as the process; its keys are never written to disk.
 * Only processes that are configured for it trust it (`NODE_EXTRA_CA_CERTS`, or `ca` in Node).
 */
export class TestAuthority {
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private readonly name = nameOf('EDAS sandbox test authority');
  /** Its certificate, PEM. */
  readonly certificate: string;

  constructor() {
    this.certificate = this.issue(this.name, this.keys.publicKey, [
      extension('2.5.29.19', sequence(bool(true)), true), // a CA
      extension('2.5.29.15', bits(Buffer.from([0x06]), 1), true), // may sign certificates and lists
      extension('2.5.29.14', octets(keyIdOf(this.keys.publicKey))),
    ]);
  }

  /** Certificate and key for a server with these host names and IP addresses. */
  issueServer(hosts: readonly string[]): ServerCertificate {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const names = hosts.map((host) => {
      const address = addressBytes(host);
      return address ? tagged(0x87, address) : tagged(0x82, Buffer.from(host));
    });
    const cert = this.issue(nameOf('EDAS sandbox'), publicKey, [
      extension('2.5.29.19', sequence(), true),
      extension('2.5.29.15', bits(Buffer.from([0x80]), 7), true), // digital signature
      extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'))), // server
      extension('2.5.29.17', sequence(...names)),
      extension('2.5.29.35', sequence(tagged(0x80, keyIdOf(this.keys.publicKey)))),
    ]);
    return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
  }

  /** Writes the authority's certificate, for `NODE_EXTRA_CA_CERTS`. */
  async writeCertificate(file: string): Promise<void> {
    await writeFile(file, this.certificate);
  }

  /** RFC 5280, version 3. */
  private issue(subject: Buffer, key: KeyObject, extensions: readonly Buffer[]): string {
    const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)]);
    const body = sequence(
      tagged(0xa0, integer(Buffer.from([2]))),
      integer(serial),
      ecdsaWithSha256,
      this.name,
      sequence(utcTime(new Date(Date.now() - dayMs)), utcTime(new Date(Date.now() + 365 * dayMs))),
      subject,
      key.export({ type: 'spki', format: 'der' }),
      tagged(0xa3, sequence(...extensions)),
    );
    const signature = sign('sha256', body, this.keys.privateKey);
    const der = sequence(body, ecdsaWithSha256, bits(signature));
    const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
    return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
  }
}

function nameOf(commonName: string): Buffer {
  return sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))));
}

function extension(id: string, value: Buffer, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [bool(true)] : []), octets(value));
}

function keyIdOf(key: KeyObject): Buffer {
  return createHash('sha1')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}
