import CCrypto

/// OpenSSL's libcrypto, looked up once in a process: a gateway that knows keys alone runs on machines that do not have it.
enum CryptoLibrary {
    static let loaded: ccr_library? = {
        var library = ccr_library()
        return ccr_load(&library) == 1 ? library : nil
    }()
}
