import NIOCore
import Testing

@testable import Dialects

/// Pages that come in place of answers.
@Suite struct WebPageTests {
    private static func page(_ text: String) -> WebPage? {
        Array(text.utf8).withUnsafeBytes { WebPage($0) }
    }

    private static func fault(
        _ status: Int, _ body: String, from provider: ProviderProfile, isLocal: Bool = false
    ) -> UpstreamFault {
        let target = UpstreamTarget(
            UpstreamPlace(provider: provider, tag: "m", pathPrefix: "", hostHeader: "h", isLocal: isLocal),
            account: UpstreamAccount(), defaults: [:], dropParams: false, userAgent: "drover/test")
        return UpstreamFault.classify(
            status: status, saysWhenToRetry: false, body: ByteBuffer(string: body), target: target)
    }

    @Test(arguments: [
        ("<html>\r\n<head><title>413 Request Entity Too Large</title></head>", "413 Request Entity Too Large"),
        ("\u{FEFF}  \n<!DOCTYPE html><HTML><HEAD><TITLE lang=en>\n Log\n  in </TITLE>", "Log in"),
        ("<h1>502 <b>Bad</b> Gateway</h1>", "502 Bad Gateway"), ("<title></title><h1>Oops</h1>", "Oops"),
        ("<title>A &amp; B &lt;c&gt; \"d\"</title>", "A & B <c> 'd'"),
        ("<title>bad key sk-abcdefghijklmnop1234</title>", "bad key •••"),
    ])
    func `is known by its title, or its first heading`(text: String, title: String) {
        #expect(Self.page(text)?.title == title)
        #expect(Self.page(text)?.words == "a web page, \"\(title)\"")
    }

    @Test(arguments: [
        "<html><body>x</body></html>", "<", "<title>", "<title></title>", "<?xml version='1.0'?><Error/>",
    ])
    func `without either it is a page without a title`(text: String) {
        #expect(Self.page(text)?.words == "a web page without a title")
    }

    @Test(arguments: ["", "{}", "{\"error\":\"<html>\"}", "no healthy upstream", "  [1]", "404 page not found"])
    func `an answer is no page`(text: String) {
        #expect(Self.page(text) == nil)
    }

    @Test func `a long title is cut`() {
        let page = Self.page("<title>" + String(repeating: "a b ", count: 500) + "</title>")
        #expect((page?.title?.count ?? 999) <= 120)
    }

    @Test(arguments: [400, 401, 403, 404, 413, 422, 429, 500, 502, 503, 504])
    func `of no back's errors a page becomes a word`(status: Int) {
        let text = "<html><head><title>A title</title></head><body><p>hunter2</p></body></html>"
        for provider in Providers.all {
            let fault = Self.fault(status, text, from: provider)
            #expect(fault.message == "a web page, \"A title\"" && fault.isFromBefore && fault.status == status)
            if (400..<500).contains(status) { #expect(fault.kind != .contextWindow && fault.kind != .contentPolicy) }
        }
    }

    @Test(arguments: [400, 401, 404, 500, 502])
    func `of no back's errors a page inside the words becomes a word`(status: Int) {
        let page = #"<!DOCTYPE html>\n<html><head><title>A title</title></head><body>hunter2</body></html>"#
        for body in [
            #"{"error":{"message":"refused: \#(page)","type":"x","code":"y"}}"#, #"{"error":"refused: \#(page)"}"#,
            #"{"message":"refused: \#(page)"}"#, #"{"type":"error","error":{"type":"api_error","message":"\#(page)"}}"#,
        ] {
            for provider in Providers.all {
                let fault = Self.fault(status, body, from: provider)
                #expect(!fault.message.contains("hunter2") && !fault.message.contains("<"), "\(fault.message)")
            }
        }
    }

    @Test func `a 413 of a box is its proxy's, whatever it says, and a cloud's is about the request`() {
        for body in ["", "too large", "{\"error\":\"too large\"}"] {
            for isLocal in [true, false] {
                let fault = Self.fault(413, body, from: .ollama, isLocal: isLocal)
                #expect(fault.kind == .client && fault.isFromBefore == isLocal)
            }
        }
    }
}
