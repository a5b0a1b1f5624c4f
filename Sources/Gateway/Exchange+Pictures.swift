public import Balancer
public import Dialects

/// Pictures that stand on the web, for instances that do not fetch them: fetched once, and put into the request.
extension Exchange {
    /// One request may have so many.
    private static let mostPictures = 16

    /// The pictures are fetched first, where an instance of the model has to be sent them; nil where it can be asked at once.
    mutating func fetchPictures(of request: ClientRequest, for route: RouteTable.Route, at now: Moment) -> Action? {
        guard request.mayHavePictures, role == nil,
            routes.deployments(of: route.model).contains(where: {
                routes.deployments[$0].target?.takesAddresses == false
            })
        else { return nil }
        let pictures = request.remotePictures
        guard let first = pictures.first else { return nil }
        guard confinement.isEmpty else {
            // Who fetches it tells its server.
            let error = GatewayError.localOnly(
                message:
                    "`\(first.path)` stands on the web, and this request must stay inside; send the picture itself, as a data URI"
            )
            return giveUp(Refusal(error, .badRequest), at: now)
        }
        guard pictures.count <= Self.mostPictures else {
            return fail(
                .invalidRequest(
                    message: "more than \(Self.mostPictures) pictures to fetch; send some as data URIs",
                    param: first.path),
                at: now)
        }
        phase = .working
        deadlines.begin(nil, from: now)
        return .fetch(pictures.map(\.address))
    }

    /// The pictures of a `fetch` were fetched, in their order, or one of them could not be: which, and why.
    public mutating func fetched(_ result: Result<[FetchedPicture], PictureFault>, at now: Moment) -> Action {
        guard phase == .working, let request = asked?.request else { return .none }
        phase = .ready
        let pictures = request.remotePictures
        switch result {
        case .failure(let fault):
            let path = pictures.indices.contains(fault.number) ? pictures[fault.number].path : ""
            return fail(
                .invalidRequest(message: "`\(path)` could not be fetched: \(fault.reason)", param: path), at: now)
        case .success(let fetched):
            guard fetched.count == pictures.count else { return fail(.internalError, at: now) }
            let pairs = Array(zip(pictures, fetched))
            guard fetched.reduce(request.bodyBytes, { $0 + $1.count }) <= settings.largeBody else {
                return offload(BodyWork(step: .hold(request, pairs, isSized: spend != nil)), at: now)
            }
            do {
                return goOn(with: try request.holding(pairs), nil, at: now)
            } catch {
                return fail(.invalidRequest(message: error.message, param: error.param), at: now)
            }
        }
    }

    /// The same request in other bytes: on with the model that it is at.
    mutating func goOn(with request: ClientRequest, _ size: RequestSize?, at now: Moment) -> Action {
        guard let route = course.route else { return fail(.internalError, at: now) }
        asked = Asked(request, call.head.wishes)
        spend?.read(request, size, call.head.wishes)
        return use(route, resuming: course.plan, at: now)
    }
}

/// Why a picture could not be fetched.
public struct PictureFault: Error, Equatable {
    /// Which of them.
    let number: Int
    /// In words that fit behind a colon.
    let reason: String

    /// The picture of this number, for this reason.
    public init(_ number: Int, _ reason: String) {
        self.number = number
        self.reason = reason
    }
}
