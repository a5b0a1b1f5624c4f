/// A certificate for `localhost` and 127.0.0.1 that signs itself and is good for nothing but tests; valid until 2126.
public enum TestCertificate {
    /// PEM.
    public static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBmzCCAUGgAwIBAgIUSDguvwk+vpE49SFG7ISaJVkx71cwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNjAwMTA0OFoYDzIxMjYxMTAy
        MDAxMDQ4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAQV8yAS1RP8T3ITH9HZ7P0U/rpCNc0l96tZC2mC04M7bnSzeScY8eeC
        No+Dbveayf/dUTra2hvtH/PsuvzpI67Xo28wbTAdBgNVHQ4EFgQUiPXIf3ek6TDY
        nfOFpxb1yEmIUWAwHwYDVR0jBBgwFoAUiPXIf3ek6TDYnfOFpxb1yEmIUWAwDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSAAwRQIhAIFdbC8PFRrQwRuRNPqXazbrKewradIgTztz4AIysSQQAiBi
        ipWlte764oFi5ULdcsg5UVyMcDBVonqCQl6Kc9iBcg==
        -----END CERTIFICATE-----

        """

    /// Another for the same names and the same key, as it comes when one is renewed. PEM.
    public static let renewed = """
        -----BEGIN CERTIFICATE-----
        MIIBejCCASCgAwIBAgIULyeHtNNFDoxLmnouN54hZtiiDI4wCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTE2MDUxN1oYDzIxMjYxMTA1
        MTYwNTE3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAAQV8yAS1RP8T3ITH9HZ7P0U/rpCNc0l96tZC2mC04M7bnSzeScY8eeC
        No+Dbveayf/dUTra2hvtH/PsuvzpI67Xo04wTDAPBgNVHRMBAf8EBTADAQH/MBoG
        A1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAdBgNVHQ4EFgQUiPXIf3ek6TDYnfOF
        pxb1yEmIUWAwCgYIKoZIzj0EAwIDSAAwRQIgfwg9o02WReIoYxLZ66wR1GfGzU3Z
        ZxQ+P2anA9DkvYECIQDfCEHi9+pGII+hHXQ+xG79Djdfiu/4jyPoStoGnUdgMQ==
        -----END CERTIFICATE-----

        """

    /// The private key of both, PEM. Everybody has it.
    public static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgoOXon/R4LOQxu2hg
        jmtoarUgGeBzbPL3yTrnC/3Wf6uhRANCAAQV8yAS1RP8T3ITH9HZ7P0U/rpCNc0l
        96tZC2mC04M7bnSzeScY8eeCNo+Dbveayf/dUTra2hvtH/PsuvzpI67X
        -----END PRIVATE KEY-----

        """
}
