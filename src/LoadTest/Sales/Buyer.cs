using Doorbuster.LoadTest.Http;

namespace Doorbuster.LoadTest.Sales;

[Flags]
internal enum Habits : byte { None = 0, DoubleClicks = 1, TestsLimit = 2, Pays = 4, ReadsState = 8 }

/// <summary>One person at the sale: looks, clicks, perhaps twice, perhaps tries for more than the limit, perhaps pays.</summary>
internal sealed class Buyer(Crowd crowd, int index, Habits habits) : IAsk
{
    private const int TestedLimitMax = 20;    // Nobody clicks a hundred times; and there may be no limit at all.

    private readonly Intent _purchase = new(crowd, index, number: 0);
    private int _todo = 1;

    public int Index => index;

    /// <summary>Units this person was told are theirs.</summary>
    public int Units { get; set; }

    public void Arrive(long at)
    {
        if (habits.HasFlag(Habits.ReadsState))
            crowd.Client.Send(this, 0, at);
        else
            Click(at);
    }

    public int Write(int step, Span<byte> request) => crowd.WriteState(request);

    public void Answered(int step, long intendedAt, in Response response)
    {
        var now = crowd.Loop.Now;
        crowd.Tally.States.Record(now - intendedAt);
        crowd.Tally.Answered(response.Status, response.Code);
        Click(now);
    }

    public void Failed(int step, long intendedAt, Failure why)
    {
        crowd.Tally.Failed(why);
        Click(crowd.Loop.Now);    // The page works without its stock bar.
    }

    /// <summary>One intent of this person has its clear answer, or never will.</summary>
    public void Sure(Intent intent, long now)
    {
        if (intent == _purchase)
            AfterPurchase(intent, now);
        else
            AfterLimitTest(intent, now);
        Done();
    }

    /// <summary>One thing less this person is at.</summary>
    public void Done()
    {
        if (--_todo == 0)
            crowd.Finished();
    }

    private void Click(long at) => _purchase.Click(at, habits.HasFlag(Habits.DoubleClicks) ? 2 : 1);

    private void AfterPurchase(Intent purchase, long now)
    {
        crowd.Tally.Ended(purchase.Ending, purchase.WasQueued, now - purchase.ClickedAt);
        if (purchase.Ending != Ending.Admitted)
            return;
        if (habits.HasFlag(Habits.Pays))
        {
            _todo++;
            new Payment(crowd, this, purchase.Claim).Begin(now);
        }
        if (habits.HasFlag(Habits.TestsLimit) && crowd.LimitPerPerson <= TestedLimitMax)
            TestLimit(number: 1, now);
    }

    private void AfterLimitTest(Intent test, long now)
    {
        if (test.Ending is Ending.Limit or Ending.SoldOut or Ending.Closed)
            crowd.Tally.LimitTestsRefused++;
        else if (test.Ending == Ending.Admitted && Units <= crowd.LimitPerPerson)
            TestLimit(test.Number + 1, now);
    }

    private void TestLimit(int number, long now)
    {
        crowd.Tally.LimitTests++;
        _todo++;
        new Intent(crowd, index, number).Click(now, clicks: 1);
    }
}
