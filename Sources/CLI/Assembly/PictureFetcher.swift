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
    /// Over all requests; the others wait, within the time that a picture has.
    static let mostAtOnce = 32

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

    /// Calls back once, on any thread; with the first that cannot be had the others are given up.
    func fetch(_ addresses: [String], _ completion: @escaping PictureFetch.Completion) -> PictureFetch.GiveUp {
        let state = Locked(State(results: Array(repeating: nil, count: addresses.count)))
        let giveUp: PictureFetch.GiveUp = { [curl] in
            for ticket in state.withLock({ $0.end() }) { curl.cancel(ticket) }
        }
        for (number, address) in addresses.enumerated() {
            let ticket = curl.submit(request(address)) { answer in
                let picture = Self.picture(number, answer)
                guard let result = state.withLock({ $0.take(picture, number) }) else { return }
                giveUp()
                completion(result)
            }
            // An earlier one may have failed meanwhile.
            if !state.withLock({ $0.began(ticket) }) { curl.cancel(ticket) }
        }
        return giveUp
    }

    private struct State {
        var results: [FetchedPicture?]
        var tickets: [CurlMulti.Ticket] = []
        var isOver = false

        /// - Returns: false where nobody waits for it any more.
        mutating func began(_ ticket: CurlMulti.Ticket) -> Bool {
            if !isOver { tickets.append(ticket) }
            return !isOver
        }

        /// What the whole has come to, once it is known.
        mutating func take(
            _ picture: Result<FetchedPicture, PictureFault>, _ number: Int
        ) -> Result<[FetchedPicture], PictureFault>? {
            guard !isOver else { return nil }
            switch picture {
            case .failure(let fault):
                isOver = true
                return .failure(fault)
            case .success(let picture):
                results[number] = picture
                let all = results.compactMap(\.self)
                isOver = all.count == results.count
                return isOver ? .success(all) : nil
            }
        }

        /// - Returns: those that may still run.
        mutating func end() -> [CurlMulti.Ticket] {
            isOver = true
            defer { tickets = [] }
            return tickets
        }
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
