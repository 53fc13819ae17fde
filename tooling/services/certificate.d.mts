/** A certificate for localhost and 127.0.0.1 that vouches for itself, and its key, both in PEM. */
export declare function selfSignedCertificate(): { readonly certificate: string; readonly key: string }
