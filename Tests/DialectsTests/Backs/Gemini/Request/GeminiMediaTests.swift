import Dialects
import Testing

@Suite struct GeminiMediaTests {
    /// The part that goes out for one of the client's.
    private func part(_ part: String) throws -> String {
        let body = #"{"model":"m","messages":[{"role":"user","content":[\#(part)]}]}"#
        return try GeminiFixture.member("contents", of: body)
    }

    private func sent(_ part: String) throws -> String { try canonical(#"[{"role":"user","parts":[\#(part)]}]"#) }

    private func fault(_ part: String) throws -> RequestFault? {
        try GeminiFixture.fault(#"{"model":"m","messages":[{"role":"user","content":[\#(part)]}]}"#)
    }

    @Test(arguments: [
        (#"{"url":"data:image/png;base64,iVBO\/w0K+A==","detail":"low"}"#, "image/png", "iVBO/w0K+A=="),
        (#""data:image\/jpg;base64,QUJD""#, "image/jpeg", "QUJD"),
        (#"{"url":"data:application/pdf;name=a.pdf;base64,QUJD"}"#, "application/pdf", "QUJD"),
    ])
    func `takes data URIs apart`(_ url: String, _ type: String, _ data: String) throws {
        #expect(
            try part(#"{"type":"image_url","image_url":\#(url)}"#)
                == sent(#"{"inlineData":{"mimeType":"\#(type)","data":"\#(data)"}}"#))
    }

    @Test(arguments: [
        (#"{"url":"https://example.com/a.PNG?x=1.gif"}"#, #""mimeType":"image/png","#),
        (#"{"url":"https://example.com/a","format":"image/webp"}"#, #""mimeType":"image/webp","#),
        (#"{"url":"gs:\/\/bucket/clip.mp4"}"#, #""mimeType":"video/mp4","#),
        (#"{"url":"gs://bucket/x","mime_type":"audio/ogg"}"#, #""mimeType":"audio/ogg","#),
        (#"{"url":"https://generativelanguage.googleapis.com/v1beta/files/abc"}"#, ""),
    ])
    func `lets Google fetch addresses`(_ image: String, _ type: String) throws {
        let url = image.split(separator: "\"")[3]
        #expect(url.contains("/"))
        #expect(
            try part(#"{"type":"image_url","image_url":\#(image)}"#)
                == sent(#"{"fileData":{\#(type)"fileUri":"\#(url)"}}"#))
    }

    @Test(arguments: [
        "http://example.com/a.png", "data:image/png,abc", "data:image/png;base64,", "data:", "data:;base64,QUJD", "",
        "file:///etc/passwd", "https://example.com/a", "gs://bucket/v1.2/x",
    ])
    func `refuses pictures that nobody could read`(_ url: String) throws {
        let fault = try fault(#"{"type":"image_url","image_url":{"url":"\#(url)"}}"#)
        #expect(fault?.param == "messages[0].content[0].image_url.url")
    }

    @Test func `takes sounds`() throws {
        for format in ["wav", "audio/wav"] {
            let given = #"{"type":"input_audio","input_audio":{"data":"QUJD","format":"\#(format)"}}"#
            #expect(try part(given) == sent(#"{"inlineData":{"mimeType":"audio/wav","data":"QUJD"}}"#))
        }
        #expect(
            try fault(#"{"type":"input_audio","input_audio":{"data":"QUJD"}}"#)?.param
                == "messages[0].content[0].input_audio.format")
        #expect(
            try fault(#"{"type":"input_audio","input_audio":{}}"#)?.param
                == "messages[0].content[0].input_audio.data")
    }

    @Test(arguments: [
        (
            #"{"file_data":"data:application/pdf;base64,QUJD","filename":"a.pdf"}"#,
            #"{"inlineData":{"mimeType":"application/pdf","data":"QUJD"}}"#
        ),
        (#"{"file_data":"QUJD","filename":"a.csv"}"#, #"{"inlineData":{"mimeType":"text/csv","data":"QUJD"}}"#),
        (#"{"file_data":"QUJD","format":"video/mp4"}"#, #"{"inlineData":{"mimeType":"video/mp4","data":"QUJD"}}"#),
        (
            #"{"file_id":"gs://bucket/a.pdf"}"#,
            #"{"fileData":{"mimeType":"application/pdf","fileUri":"gs://bucket/a.pdf"}}"#
        ),
        (
            #"{"file_id":"files/abc","format":"image/png"}"#,
            #"{"fileData":{"mimeType":"image/png","fileUri":"https://generativelanguage.googleapis.com/v1beta/files/abc"}}"#
        ),
    ])
    func `takes files`(_ file: String, _ expected: String) throws {
        #expect(try part(#"{"type":"file","file":\#(file)}"#) == sent(expected))
    }

    @Test(arguments: [
        (#"{}"#, "file"), (#"{"file_data":"QUJD","filename":"a"}"#, "file.file_data"),
        (#"{"file_data":"QUJD"}"#, "file.file_data"), (#"{"file_id":"file-abc123"}"#, "file.file_id"),
    ])
    func `refuses files that are not there`(_ file: String, _ path: String) throws {
        #expect(try fault(#"{"type":"file","file":\#(file)}"#)?.param == "messages[0].content[0].\(path)")
        #expect(try fault(#"{"type":"file"}"#)?.param == "messages[0].content[0].file")
    }

    @Test func `gives back pictures that an answer had`() throws {
        let message =
            #"{"role":"assistant","content":"Here:","images":[{"type":"image_url","index":0,"image_url":{"url":"data:image/png;base64,QUJD","detail":"auto"}}]}"#
        #expect(
            try GeminiFixture.member("contents", of: #"{"model":"m","messages":[\#(message)]}"#)
                == canonical(
                    #"[{"role":"model","parts":[{"text":"Here:"},{"inlineData":{"mimeType":"image/png","data":"QUJD"}}]}]"#
                ))
    }
}
