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

    /// Its private key, PEM. Everybody has it.
    public static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgoOXon/R4LOQxu2hg
        jmtoarUgGeBzbPL3yTrnC/3Wf6uhRANCAAQV8yAS1RP8T3ITH9HZ7P0U/rpCNc0l
        96tZC2mC04M7bnSzeScY8eeCNo+Dbveayf/dUTra2hvtH/PsuvzpI67X
        -----END PRIVATE KEY-----

        """
}
