using Doorbuster.LoadTest.Http;
using Doorbuster.LoadTest.Open;

namespace Doorbuster.LoadTest.Replays;

/// <summary>What was asked and answered. Written by the loop's thread only.</summary>
internal sealed class ReplayTally
{
    public const string Order = "order";
    public const string Other = "other";
    public const string Away = "away";

    public Answers Kinds { get; } = new();

    /// <summary>Orders placed or refused, from when the file says they should have been.</summary>
    public Histogram Orders { get; } = new();
    public Histogram OrdersNow { get; } = new();
    public Histogram Others { get; } = new();
    public Histogram AwayAnswers { get; } = new();
    public long AnswerCount { get; private set; }
    public long AwayCount { get; private set; }
    public long Refusals { get; private set; }
    public long Placed { get; set; }
    public long Accepted { get; set; }
    public long RevenueMinor { get; set; }

    public void Answered(int status, ReadOnlySpan<byte> code, long took, bool isLater, bool isOrder)
    {
        AnswerCount++;
        Kinds.Add(status, code);
        Refusals += status is >= 400 and < 500 ? 1 : 0;
        if (isLater)
        {
            AwayCount++;
            AwayAnswers.Record(took);
        }
        else if (isOrder)
        {
            Orders.Record(took);
            OrdersNow.Record(took);
        }
        else
            Others.Record(took);
    }

    public void Failed(Failure why)
    {
        AwayCount++;
        Kinds.Add(why);
    }

    public Dictionary<string, Histogram> Times() => new() { [Order] = Orders, [Other] = Others, [Away] = AwayAnswers };
}
