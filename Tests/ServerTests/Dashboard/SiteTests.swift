import FoundationEssentials
import NIOCore
import Testing

@testable import Server

/// The files of the dashboard in the binary.
@Suite struct SiteTests {
    private static let folder = #filePath.split(separator: "Tests/ServerTests")[0] + "Sources/Dashboard/site"

    private static func names() -> [String] {
        (try? FileManager.default.subpathsOfDirectory(atPath: String(folder)))?.filter { name in
            name.split(separator: "/").last?.contains(".") == true
        } ?? []
    }

    @Test func `every file of the folder is in the binary, and each byte of it`() throws {
        let names = Self.names()
        #expect(names.count > 20)
        var size = 0
        for name in names where name != "index.html" {
            let there = try #require(FileManager.default.contents(atPath: "\(Self.folder)/\(name)"))
            let served = try #require(Site.embedded.file(name), "\(name) is not in Dashboard.c")
            #expect(Array(served.body.readableBytesView) == Array(there), "\(name) is another one; build again")
            size += there.count
        }
        #expect(size < 150_000, "all files together stay below 150 kB: \(size)")
    }

    @Test(arguments: [
        ("a/b.js", "text/javascript; charset=utf-8"), ("x.css", "text/css; charset=utf-8"), ("i.svg", "image/svg+xml"),
        ("index.html", "text/html; charset=utf-8"), ("odd", "application/octet-stream"),
    ])
    func `a file's type is that of its name`(name: String, type: String) { #expect(Site.type(of: name) == type) }

    @Test func `the page names this version's files, and has neither script nor style in it`() {
        let page = String(buffer: Site.embedded.page.body)
        #expect(page.contains("/ui/files/\(Site.embedded.version)/app.js") && !page.contains("@files"))
        #expect(!page.contains("<style") && !page.contains("style=") && !page.contains("onload"))
        #expect(page.split(separator: "<script").dropFirst().allSatisfy { $0.contains("src=") })
        #expect(!page.contains("http://") && !page.contains("https://"))
    }

    @Test func `no file asks another host, or makes markup of text`() throws {
        for name in Self.names() where name.hasSuffix(".js") || name.hasSuffix(".css") {
            let text = String(buffer: try #require(Site.embedded.file(name)).body)
            for word in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "@import", "url("] {
                #expect(!text.contains(word), "\(name): \(word)")
            }
            let hosts = text.replacing("http://www.w3.org/2000/svg", with: "").replacing("http://${name}", with: "")
            #expect(
                !hosts.contains("https://") && !hosts.replacing("http://gpu-1:11434", with: "").contains("http://"),
                "\(name)")
        }
    }

    @Test func `a change of any file changes the version, and with it every address`() {
        let files = ["index.html": ByteBuffer(string: "@files/a.js"), "a.js": ByteBuffer(string: "1")]
        var others = files
        others["a.js"] = ByteBuffer(string: "2")
        let (first, second) = (Site(files), Site(others))
        #expect(first.version != second.version && first.version == Site(files).version)
        #expect(first.page.tag != second.page.tag)
        #expect(first.file("a.js")?.tag != second.file("a.js")?.tag)
        #expect(first.file("index.html") == nil && first.file("../a.js") == nil)
    }
}
