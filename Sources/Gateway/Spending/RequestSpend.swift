import Balancer
import Dialects
import Ledger
import NIOCore

/// The ledger's word about a request so far.
///
/// Held by reference, so that an exchange is no larger for requests that nothing binds.
final class RequestSpend {
    /// For the attempt that runs or is about to begin; one that is dropped is given back.
    var reservation: Reservation?
    /// The deployment that it is for.
    private(set) var deployment: DeploymentID?
    /// The answer of that attempt is to be no longer, so that it is paid for; nil: as long as the client has asked for.
    private(set) var answerLimit: Int?
    /// Where a stream of that attempt is ended if its upstream goes on; nil: it may say what it likes.
    private(set) var streamBound: StreamBound?
    /// What is left of the limits of its key.
    private(set) var rates: RatesLeft?
    /// The deployment for which it waits until others have settled; nil while it does not.
    var awaited: DeploymentID?
    /// When it has waited for that long enough; nil while it does not.
    var heldUntil: Moment?
    /// Why something that costs money may not serve it, on the model that it is at.
    var refusal: LedgerRefusal?
    /// An attempt of it was sent, so further ones are not counted as requests.
    var isCounted = false
    /// The client of the client, for whom it asks; nil where it does not say.
    private(set) var customer: String?
    /// The same, with the keys in it hidden.
    private(set) var customerShown: String?
    /// The user for whom it asks in the place of its key's; nil where no header says.
    private(set) var user: String?
    private var size: RequestSize?

    /// What belongs to one attempt, while another one of the same request runs.
    struct Parked: ~Copyable {
        var reservation: Reservation?
        let deployment: DeploymentID?
        let answerLimit: Int?
        let streamBound: StreamBound?

        /// Asks for an attempt that takes its place.
        borrowing func reserve(
            _ claim: Claim, _ cost: Charge, on ledger: SpendLedger, at now: LedgerTime
        ) -> ReserveAnswer {
            switch reservation {
            case .some(let leaving): ledger.reserve(claim, inPlaceOf: leaving, cost, at: now)
            case .none: ledger.reserve(claim, at: now)
            }
        }
    }

    /// Another attempt is about to be reserved for beside the one that runs, which was sent.
    func park() -> Parked {
        let parked = Parked(
            reservation: reservation.take(), deployment: deployment, answerLimit: answerLimit, streamBound: streamBound)
        (deployment, answerLimit, streamBound) = (nil, nil, nil)
        isCounted = true
        return parked
    }

    /// The attempt that was parked is the one that runs again.
    func restore(_ parked: consuming Parked) {
        (deployment, answerLimit, streamBound) = (parked.deployment, parked.answerLimit, parked.streamBound)
        reservation = parked.reservation.take()
    }

    /// The request is read.
    ///
    /// - Parameters:
    ///   - size: where it was looked up already.
    ///   - wishes: of its headers, which a body does not overrule.
    func read(_ request: ClientRequest, _ size: RequestSize?, _ wishes: CallWishes) {
        (customer, user) = (wishes.customer ?? request.endUser, wishes.user)
        customerShown = customer?.hidingKeys
        self.size = size
    }

    /// The sizes of the request.
    func size(of request: ClientRequest) -> RequestSize {
        if let size { return size }
        let found = RequestSize(request)
        size = found
        return found
    }

    /// What was granted may be less than the bound: then the answer is to be no longer than it pays for.
    func keep(_ granted: consuming Reservation, for chosen: DeploymentID, _ bound: AttemptBound) {
        answerLimit = bound.answerLimit(money: granted.money, tokens: granted.tokens)
        let longest = answerLimit ?? (granted.isBudgeted ? bound.longestAnswer : nil)
        // Which of several answers a piece is of is not looked at.
        streamBound = bound.answers == 1 ? longest.map { StreamBound(tokens: $0) } : nil
        rates = granted.rates
        deployment = chosen
        heldUntil = nil
        reservation = consume granted
    }

    /// A part of the request was granted something.
    func took(_ rates: RatesLeft) { self.rates = rates }

    /// Bytes of a stream were written behind a place of the buffer: takes back those past its bound.
    func count(_ out: inout ByteBuffer, from start: Int, end: StaticString) {
        streamBound?.count(&out, from: start, end: end)
    }

    /// Gives back what was reserved for an attempt that is not made.
    func giveBack() {
        guard let reservation = reservation.take() else { return }
        answerLimit = nil
        reservation.release()
    }
}
