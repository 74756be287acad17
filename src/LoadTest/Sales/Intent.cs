using Doorbuster.LoadTest.Http;
using Doorbuster.Platform;

namespace Doorbuster.LoadTest.Sales;

/// <summary>
/// One wish to buy, under one idempotency key: the key is sent again until there is a clear answer or patience runs out. Every
/// copy's answer is compared with the first, also after the person went on to something else.
/// </summary>
internal sealed class Intent(Crowd crowd, int person, int number) : IAsk, IWake
{
    private const long TicketPauseMs = 500;

    private long _giveUpAt;
    private long _ticket;
    private short _attempts;
    private short _underWay;

    private enum Step { Claim, Ticket }

    public int Number => number;
    public long ClickedAt { get; private set; }
    public Ending Ending { get; private set; }

    /// <summary>0 without one.</summary>
    public long Claim { get; private set; }
    public bool WasQueued => _ticket != 0;

    public void Click(long at, int clicks)
    {
        (ClickedAt, _giveUpAt) = (at, at + crowd.Patience);
        for (var i = 0; i < clicks; i++)
            Send(at);
    }

    public int Write(int step, Span<byte> request)
    {
        if ((Step)step == Step.Claim)
            return crowd.WriteClaim(request, person, number);
        var count = crowd.Requests.Head(request, "GET", $"/api/v1/tickets/{PublicId.Format("tkt", _ticket)}");
        return Requests.Finish(request, count, crowd.Tokens[person], key: [], body: []);
    }

    public void Wake(int step, long dueAt)
    {
        if ((Step)step == Step.Claim)
            Send(dueAt);
        else
            crowd.Client.Send(this, step, dueAt);
    }

    public void Answered(int step, long intendedAt, in Response response)
    {
        var now = crowd.Loop.Now;
        var code = response.Code;
        crowd.Tally.Answered(response.Status, code);
        if ((Step)step == Step.Claim)
            ClaimAnswered(response, SaleCodes.EndingOf(code), intendedAt, now);
        else
            TicketAnswered(response, SaleCodes.EndingOf(code), intendedAt, now);
    }

    public void Failed(int step, long intendedAt, Failure why)
    {
        crowd.Tally.Failed(why);
        if ((Step)step == Step.Claim)
        {
            _underWay--;
            Retry(retryAfter: -1, crowd.Loop.Now);
        }
        else
            PollTicket(TicketPauseMs, crowd.Loop.Now);
    }

    private void Send(long at)
    {
        _underWay++;
        crowd.Client.Send(this, (int)Step.Claim, at, crowd.DrawHangUp());
    }

    private void ClaimAnswered(in Response response, Ending refusal, long intendedAt, long now)
    {
        _underWay--;
        var isLater = response.Status is 429 or >= 500 || response.Status == 409 && refusal == Ending.None;
        crowd.Tally.RecordClaim(now - intendedAt, isLater);

        if (isLater)
            Retry(response.RetryAfter, now);
        else if (response.Status is 200 or 201)
            Yes(JsonPeek.Id(response.Body, "clm"u8), response.Replayed, now);
        else if (response.Status == 202)
            TicketGiven(response, now);
        else
            End(response.Status == 409 ? refusal : Ending.Refused, now);
    }

    private void Yes(long claim, bool replayed, long now)
    {
        if (claim == 0)
        {
            crowd.Tally.Errors++;    // A yes that does not say to what.
            End(Ending.Refused, now);
            return;
        }
        if (claim == Claim || replayed)
            crowd.Tally.Replayed++;
        if (claim == Claim)
            return;

        if (Claim != 0)
            crowd.Tally.KeysWithTwoClaims++;
        else if (Ending != Ending.None && number == 0)
            crowd.Tally.ChangedToYes(Ending);    // One click was refused, the other was not: the person has it.
        Claim = claim;
        crowd.Granted(person, claim);
        End(Ending.Admitted, now);
    }

    private void End(Ending ending, long now)
    {
        var isFirst = Ending == Ending.None;
        if (isFirst || ending == Ending.Admitted)
            Ending = ending;
        if (isFirst)
            crowd.People[person].Sure(this, now);
    }

    private void Retry(int retryAfter, long now)
    {
        if (Ending != Ending.None || _ticket != 0 || _underWay > 0)
            return;    // Another copy has the answer, or will.
        if (!crowd.Insists(_giveUpAt, now))
        {
            End(Ending.Unanswered, now);
            return;
        }
        crowd.Tally.Retries++;
        crowd.Loop.WakeAt(now + crowd.DrawBackoff(_attempts++, retryAfter), this, (int)Step.Claim);
    }

    private void TicketGiven(in Response response, long now)
    {
        if (Ending != Ending.None || _ticket != 0)
            return;
        _ticket = JsonPeek.Id(response.Body, "tkt"u8);
        if (_ticket == 0)
            End(Ending.Refused, now);
        else
            PollTicket(JsonPeek.Number(response.Body, "pollAfterMs"u8) ?? TicketPauseMs, now);
    }

    private void PollTicket(long afterMs, long now)
    {
        if (Ending != Ending.None)
            return;
        if (!crowd.Insists(_giveUpAt, now))
            End(Ending.Unanswered, now);
        else
            crowd.Loop.WakeAt(now + afterMs * Loop.Millisecond, this, (int)Step.Ticket);
    }

    private void TicketAnswered(in Response response, Ending refusal, long intendedAt, long now)
    {
        crowd.Tally.Tickets.Record(now - intendedAt);
        if (Ending != Ending.None)
            return;
        if (refusal == Ending.None && response.Status == 200)
            refusal = SaleCodes.EndingOf(JsonPeek.Text(response.Body, "status"u8));

        if (response.Status == 200 && JsonPeek.Id(response.Body, "clm"u8) is var claim && claim != 0)
            Yes(claim, replayed: false, now);
        else if (refusal != Ending.None)
            End(refusal, now);
        else if (response.Status is 200 or 304 or 404 or 429 or >= 500)
            PollTicket(
                response.RetryAfter > 0 ? response.RetryAfter * 1000 : JsonPeek.Number(response.Body, "pollAfterMs"u8) ?? TicketPauseMs, now);
        else
            End(Ending.Refused, now);
    }
}
