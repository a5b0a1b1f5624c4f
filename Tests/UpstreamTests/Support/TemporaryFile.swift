import Foundation
import TestSupport
import Upstream

/// A file in a directory of its own, gone with this value's last use.
final class TemporaryFile {
    let directory: String
    var path: String { directory + "/ca.pem" }

    init(_ content: String) throws {
        directory = FileManager.default.temporaryDirectory.path + "/drover-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try content.write(toFile: path, atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Trust in ``TestCertificate`` alone.
    static func testBundle() throws -> TemporaryFile { try TemporaryFile(TestCertificate.certificate) }
}
