using Doorbuster.LoadTest.Http;
using Doorbuster.LoadTest.Open;

namespace Doorbuster.LoadTest.Sales;

/// <summary>What was asked and answered. Written by the loop's thread only.</summary>
internal sealed class SaleTally
{
    public const string Claim = "claim";
    public const string Sure = "answer";
    public const string Away = "away";
    public const string State = "state";
    public const string Ticket = "ticket";
    public const string Pay = "pay";
    public const string Approve = "approve";
    public const string LookUp = "look_up";

    public Answers Kinds { get; } = new();

    /// <summary>Requests for a claim that were answered yes, no or later; from when they should have been sent.</summary>
    public Histogram Claims { get; } = new();

    /// <summary>From the first click to a clear answer, retries and tickets included: what people live through.</summary>
    public Histogram SureAnswers { get; } = new();

    /// <summary>Requests for a claim that the server could not answer: 429 and 5xx.</summary>
    public Histogram AwayAnswers { get; } = new();
    public Histogram States { get; } = new();
    public Histogram Tickets { get; } = new();
    public Histogram Payments { get; } = new();
    public Histogram Approvals { get; } = new();
    public Histogram LookUps { get; } = new();

    /// <summary>The claims of the second under way, for the live line and the plots.</summary>
    public Histogram ClaimsNow { get; } = new();

    public long[] Endings { get; } = new long[Enum.GetValues<Ending>().Length];
    public long Arrived { get; set; }
    public long Finished { get; set; }

    /// <summary>Answers that told again of a claim made under the same key before.</summary>
    public long Replayed { get; set; }

    /// <summary>People who were given a ticket first.</summary>
    public long Queued { get; private set; }
    public long QueuedAdmitted { get; private set; }
    public long Retries { get; set; }

    /// <summary>Answers no person should ever see: 4xx that are not about the sale, 500.</summary>
    public long Errors { get; set; }

    /// <summary>One key that was answered with two claims.</summary>
    public long KeysWithTwoClaims { get; set; }

    /// <summary>People who were told of more units than one person may have.</summary>
    public long LimitBroken { get; set; }
    public long LimitTests { get; set; }
    public long LimitTestsRefused { get; set; }
    public long PaymentsRefused { get; set; }
    public long PaymentsUnanswered { get; set; }

    public long Admitted => Endings[(int)Ending.Admitted];
    public long Refusals { get; private set; }
    public long AwayCount { get; private set; }
    public long Answers { get; private set; }

    public void Answered(int status, ReadOnlySpan<byte> code)
    {
        Answers++;
        if (status == 409)
            Refusals++;
        else if (status is 429 or >= 500)
            AwayCount++;
        if (status is 500 or (>= 400 and < 500 and not (409 or 429)))
            Errors++;
        Kinds.Add(status, code);
    }

    /// <param name="took">From the first click.</param>
    public void Ended(Ending ending, bool wasQueued, long took)
    {
        Endings[(int)ending]++;
        if (ending != Ending.Unanswered)
            SureAnswers.Record(took);
        if (!wasQueued)
            return;
        Queued++;
        QueuedAdmitted += ending == Ending.Admitted ? 1 : 0;
    }

    public void ChangedToYes(Ending from)
    {
        Endings[(int)from]--;
        Endings[(int)Ending.Admitted]++;
    }

    public void RecordClaim(long took, bool isLater)
    {
        if (isLater)
            AwayAnswers.Record(took);
        else
        {
            Claims.Record(took);
            ClaimsNow.Record(took);
        }
    }

    public void Failed(Failure why)
    {
        AwayCount++;
        Kinds.Add(why);
    }

    public Dictionary<string, Histogram> Times() => new()
    {
        [Claim] = Claims,
        [Sure] = SureAnswers,
        [Away] = AwayAnswers,
        [State] = States,
        [Ticket] = Tickets,
        [Pay] = Payments,
        [Approve] = Approvals,
        [LookUp] = LookUps,
    };
}
