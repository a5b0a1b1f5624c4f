/// The address of a PostgreSQL database as LiteLLM takes it.
public enum DatabaseAddress {
    /// The address without the options that only LiteLLM's database library knows, and that libpq refuses.
    ///
    /// Options stand behind the password, which may hold a `?` and ends at the last `@`. An `@` behind them is one of an option:
    /// such an option stays, as it may be the end of the password, and libpq refuses the address then.
    public static func withoutOptionsOfPrisma(_ text: String) -> String {
        guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") else { return text }
        let behind = text[(text.lastIndex(of: "@") ?? text.startIndex)...]
        guard let mark = behind.firstIndex(of: "?") ?? text.firstIndex(of: "?") else { return text }
        let options = text[text.index(after: mark)...].split(separator: "&").filter { option in
            option.contains("@") || !optionsOfPrisma.contains(String(option.prefix { $0 != "=" }))
        }
        return text[..<mark] + (options.isEmpty ? "" : "?" + options.joined(separator: "&"))
    }

    private static let optionsOfPrisma: Set = [
        "connection_limit", "pool_timeout", "pgbouncer", "schema", "socket_timeout", "statement_cache_size",
        "sslaccept", "sslidentity", "max_idle_connection_lifetime", "single_use_connections",
    ]
}
