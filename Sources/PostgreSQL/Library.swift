import CPostgreSQL

/// libpq, looked up once in a process: a gateway that keeps its ledger in a file runs on machines that do not have it.
enum Library {
    static let loaded: cpq_library? = {
        var library = cpq_library()
        return cpq_load(&library) == 1 ? library : nil
    }()

    static func calls() throws(PostgreSQLError) -> cpq_library {
        guard let loaded else {
            throw PostgreSQLError(.noLibrary, "libpq is not on this machine: install the package libpq5")
        }
        return loaded
    }
}
