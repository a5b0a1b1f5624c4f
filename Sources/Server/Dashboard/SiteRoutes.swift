import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import NIOCore

/// `/ui`: the dashboard's page and the files that it is made of.
struct SiteRoutes {
    let site: Site

    /// Nothing from elsewhere, no script but the files, none made of text, and nobody's frame.
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        + "require-trusted-types-for 'script'; trusted-types 'none'"

    private static let safety: [(name: String, value: String)] = [
        ("content-security-policy", policy), ("x-content-type-options", "nosniff"), ("x-frame-options", "DENY"),
        ("referrer-policy", "no-referrer"), ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=()"),
    ]

    /// The page of any path.
    func page(_ request: Request) -> Response { answer(site.page, request, caching: "no-cache") }

    /// A file of this version; those of others are gone, and are not to be mixed with it.
    func file(_ request: Request, _ context: RouteContext) -> Response {
        let path = context.parameters.getCatchAll().joined(separator: "/")
        guard context.parameters.get("version") == site.version, let file = site.file(path) else {
            return ErrorResponse.response(.notFound(message: "the dashboard has no such file; load /ui again"))
        }
        return answer(file, request, caching: "public, max-age=31536000, immutable")
    }

    private func answer(_ file: Site.File, _ request: Request, caching: String) -> Response {
        var headers: HTTPFields = [.contentType: file.type, .cacheControl: caching, .eTag: file.tag]
        for (name, value) in Self.safety {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        let known = request.headers[values: .ifNoneMatch].flatMap { $0.split(separator: ",") }
        if known.contains(where: { $0.drop { $0 == " " || $0 == "W" || $0 == "/" } == file.tag }) {
            headers[.contentType] = nil
            return Response(status: .notModified, headers: headers)
        }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: file.body))
    }
}
