import Curl
import Dialects
import Gateway
import Glibc
import Locking
import Server

/// Fetches the pictures of a request from the web (`drover.fetch_images`), all at once and within bounds.
///
/// Nothing but the internet's own addresses is asked, whatever a name or a redirection says: each connection is looked at when it
/// is made. It has a thread of its own, so that no connection to a box is ever used for a client's address.
struct PictureFetcher: Sendable {
    /// The bounds of one picture.
    struct Limits: Sendable {
        var bytes = 10 << 20
        var connect = Duration.seconds(3)
        var total = Duration.seconds(10)
        var redirects = 3
    }

    let curl: CurlMulti
    var limits = Limits()
    /// Which addresses are asked; tests have none of the internet's.
    var mayReach: @Sendable (UnsafePointer<sockaddr>) -> Bool = { PublicAddress.contains($0) }

    /// Calls back once, on any thread.
    func fetch(_ addresses: [String], _ completion: @escaping PictureFetch.Completion) {
        let state = Locked(State(results: Array(repeating: nil, count: addresses.count)))
        for (number, address) in addresses.enumerated() {
            curl.submit(request(address)) { answer in
                let picture = Self.picture(number, answer)
                let result: Result<[FetchedPicture], PictureFault>? = state.withLock { state in
                    guard !state.isOver else { return nil }
                    switch picture {
                    case .failure(let fault):
                        state.isOver = true
                        return .failure(fault)
                    case .success(let picture):
                        state.results[number] = picture
                        let all = state.results.compactMap(\.self)
                        guard all.count == addresses.count else { return nil }
                        state.isOver = true
                        return .success(all)
                    }
                }
                if let result { completion(result) }
            }
        }
    }

    private struct State {
        var results: [FetchedPicture?]
        var isOver = false
    }

    private func request(_ address: String) -> CurlRequest {
        var request = CurlRequest(
            method: .get, url: address, headers: [.init("User-Agent", "drover"), .init("Accept", "image/*")], body: nil,
            connectTimeout: limits.connect, totalTimeout: limits.total, maximumBodyBytes: limits.bytes)
        request.maximumRedirects = limits.redirects
        request.mayReach = mayReach
        return request
    }

    /// The client is told what it can change, and of a network behind the gateway nothing but that it is not asked.
    private static func picture(
        _ number: Int, _ answer: Result<CurlResponse, CurlError>
    ) -> Result<FetchedPicture, PictureFault> {
        switch answer {
        case .failure(.forbidden):
            return .failure(PictureFault(number, "its address is none of the internet's, and no other is asked"))
        case .failure(.bodyTooLarge(let limit)):
            return .failure(PictureFault(number, "it is larger than \(limit >> 20) MB"))
        case .failure(.timedOut): return .failure(PictureFault(number, "its server took too long"))
        case .failure(.unresolved): return .failure(PictureFault(number, "nobody knows its server's name"))
        case .failure(.invalidRequest): return .failure(PictureFault(number, "its address is not valid"))
        case .failure: return .failure(PictureFault(number, "its server gave no answer"))
        case .success(let response):
            guard response.status == 200 else {
                return .failure(PictureFault(number, "its server answered \(response.status)"))
            }
            guard let picture = FetchedPicture(response.body) else {
                return .failure(PictureFault(number, "it is no PNG, JPEG, GIF or WebP"))
            }
            return .success(picture)
        }
    }
}
