import Foundation
import Testing

@testable import CLI

/// Where `drover import-litellm` looks for rows.
@Suite struct ImportSourceTests {
    /// What looks like an address is never a folder, whose name would be shown.
    @Test func `a source of an import is a folder only where it is no address`() async throws {
        for address in [
            "postgres://u:p@h/db", "host=db user=u password=s3cret", "password=s3cret", "postgres:/u:s3cret@h/db",
            "postgresql:u:s3cret", "u:s3cret@h/db", "mysql://u:s3cret@h/db",
        ] { #expect(ImportSource(address) == .database(address)) }
        #expect(ImportSource("postgres://h/db?schema=a") == .database("postgres://h/db"))
        for path in ["dump", "./postgres", "/nowhere/at/all"] { #expect(ImportSource(path) == .folder(path)) }
        try await TemporaryFolder.lend { folder in
            let named = "\(folder)/a=b@c"
            #expect(ImportSource(named) == .database(named))
            try FileManager.default.createDirectory(atPath: named, withIntermediateDirectories: false)
            #expect(ImportSource(named) == .folder(named))
        }
    }
}
