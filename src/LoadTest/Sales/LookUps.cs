using System.Text;
using Doorbuster.LoadTest.Http;
using Doorbuster.LoadTest.Open;
using Doorbuster.Platform;

namespace Doorbuster.LoadTest.Sales;

/// <summary>
/// After the run: asks for the order of every claim somebody was told is theirs, as that person. What the shop does not find is
/// lost; what was paid must become paid. Slow to come to rest is not lost: an order may take until the deadline.
/// </summary>
internal sealed class LookUps : IWake
{
    private const int AtOnce = 64;
    private const long PauseMs = 250;
    private const int LostNamedMax = 10;

    private readonly Loop _loop;
    private readonly Client _client;
    private readonly Requests _requests;
    private readonly Tokens _tokens;
    private readonly IReadOnlySet<long> _paid;
    private readonly Histogram _times;
    private readonly long _deadline;
    private readonly Queue<Grant> _open;
    private int _left;

    /// <param name="quiet">How long orders may take to settle, beyond the time the look-ups themselves need.</param>
    public LookUps(
        Loop loop, Client client, Requests requests, Tokens tokens, IReadOnlyList<Grant> grants, IReadOnlySet<long> paid, Histogram times,
        TimeSpan quiet)
    {
        (_loop, _client, _requests, _tokens, _paid, _times) = (loop, client, requests, tokens, paid, times);
        _open = new Queue<Grant>(grants);
        _left = grants.Count;
        _deadline = loop.Now + (long)quiet.TotalNanoseconds;
    }

    public long Found { get; private set; }
    public long Lost { get; private set; }

    /// <summary>Paid at the provider, and the order was not paid in time.</summary>
    public long UnpaidAfterApproval { get; private set; }

    /// <summary>Found orders whose units are still the person's: placed or further, not cancelled.</summary>
    public long Live { get; private set; }
    public Dictionary<string, long> ByState { get; } = [];
    public List<string> LostNames { get; } = [];

    public void Start()
    {
        if (_left == 0)
            _loop.Stop();
        for (var i = 0; i < AtOnce; i++)
            TakeNext();
    }

    void IWake.Wake(int step, long dueAt) => TakeNext();

    private void TakeNext()
    {
        if (_open.TryDequeue(out var grant))
            new LookUp(this, grant).Ask();
    }

    private void Close()
    {
        if (--_left == 0)
            _loop.Stop();
        else
            TakeNext();
    }

    private void Judge(Grant grant, int status, ReadOnlySpan<byte> state, long intendedAt)
    {
        var now = _loop.Now;
        _times.Record(now - intendedAt);
        var mustBePaid = _paid.Contains(grant.Claim);
        var isSettled = status == 200 && !(mustBePaid && state.SequenceEqual("placed"u8));
        if (!isSettled && now < _deadline)
        {
            AgainLater(grant);
            return;
        }
        if (status == 200)
            CountFound(state, mustBePaid);
        else
            CountLost(grant, $"{status}");
        Close();
    }

    private void CountFound(ReadOnlySpan<byte> state, bool mustBePaid)
    {
        Found++;
        var name = Encoding.UTF8.GetString(state);
        ByState[name] = ByState.GetValueOrDefault(name) + 1;
        if (name is not ("cancelled" or "released" or "refunded" or "expired"))
            Live++;
        if (mustBePaid && name is not ("paid" or "shipped" or "completed"))
            UnpaidAfterApproval++;
    }

    private void CountLost(Grant grant, string why)
    {
        Lost++;
        if (LostNames.Count < LostNamedMax)
            LostNames.Add($"{PublicId.Format("ord", grant.Claim)} of person {grant.Person + 1}: {why}");
    }

    private void Failed(Grant grant, Failure why)
    {
        if (_loop.Now < _deadline)
            AgainLater(grant);
        else
        {
            CountLost(grant, why.ToString());
            Close();
        }
    }

    private void AgainLater(Grant grant)
    {
        _open.Enqueue(grant);
        _loop.WakeAt(_loop.Now + PauseMs * Loop.Millisecond, this, 0);
    }

    private sealed class LookUp(LookUps all, Grant grant) : IAsk
    {
        public void Ask() => all._client.Send(this, 0, all._loop.Now);

        public int Write(int step, Span<byte> request)
        {
            var count = all._requests.Head(request, "GET", $"/api/v1/orders/{PublicId.Format("ord", grant.Claim)}");
            return Requests.Finish(request, count, all._tokens[grant.Person], key: [], body: []);
        }

        public void Answered(int step, long intendedAt, in Response response) => all.Judge(
            grant, response.Status, response.Status == 200 ? JsonPeek.Text(response.Body, "state"u8) : [], intendedAt);

        public void Failed(int step, long intendedAt, Failure why) => all.Failed(grant, why);
    }
}
