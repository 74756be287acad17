using System.Text;
using System.Text.Json;
using Doorbuster.LoadTest.Http;
using Doorbuster.Platform;

namespace Doorbuster.LoadTest.Replays;

internal enum Fate { None, Accepted, Rejected, Unanswered }

/// <summary>One order of the plan: placed under one key until there is a clear answer, perhaps taken back, looked up at the end.</summary>
internal sealed class Purchase(Replay replay, PlannedOrder planned) : IAsk, IWake
{
    private readonly byte[] _body = BodyOf(planned.Lines);
    private long _giveUpAt;
    private int _attempts;
    private bool _cancelAsked;

    private enum Step { Place, Cancel, LookUp }

    public PlannedOrder Planned => planned;
    public Fate Fate { get; private set; }

    /// <summary>The stable code of the refusal.</summary>
    public string Reason { get; private set; } = "";
    public long TotalMinor { get; private set; }

    /// <summary>Total, lines or quantities are not what was ordered.</summary>
    public bool IsWrong { get; private set; }
    public bool IsCancelled { get; private set; }
    public bool IsLost { get; private set; }
    private long Order { get; set; }

    public void Begin(long at)
    {
        _giveUpAt = at + replay.Patience;
        replay.Client.Send(this, (int)Step.Place, at);
    }

    public void Cancel(long at)
    {
        _cancelAsked = true;
        _giveUpAt = at + replay.Patience;
        if (Fate == Fate.None)
            return;    // Still being placed: it is taken back when it is.
        _attempts = 0;
        if (Fate == Fate.Accepted)
            replay.Client.Send(this, (int)Step.Cancel, at);
        else
            replay.CancelSettled(done: false);
    }

    public void LookUp(long giveUpAt)
    {
        (_giveUpAt, _attempts) = (giveUpAt, 0);
        replay.Client.Send(this, (int)Step.LookUp, replay.Loop.Now);
    }

    public int Write(int step, Span<byte> request)
    {
        Span<byte> key = stackalloc byte[48];
        var order = PublicId.Format("ord", Order);
        var token = replay.Tokens[planned.Person];
        var named = replay.WriteKey(key, planned.Number, step);
        return (Step)step switch
        {
            Step.Place => Requests.Finish(
                request, replay.Requests.Head(request, "POST", "/api/v1/orders", _body.Length), token, named, _body),
            Step.Cancel => Requests.Finish(
                request, replay.Requests.Head(request, "POST", $"/api/v1/orders/{order}/cancellation", 0), token, named, []),
            _ => Requests.Finish(request, replay.Requests.Head(request, "GET", $"/api/v1/orders/{order}"), token, [], []),
        };
    }

    public void Wake(int step, long dueAt) => replay.Client.Send(this, step, dueAt);

    public void Answered(int step, long intendedAt, in Response response)
    {
        var now = replay.Loop.Now;
        var isLater = response.Status is 429 or >= 500;
        replay.Tally.Answered(response.Status, response.Code, now - intendedAt, isLater, isOrder: step == (int)Step.Place);
        if (isLater)
            Retry(step, response.RetryAfter, now);
        else if ((Step)step == Step.Place)
            Placed(response, now);
        else if ((Step)step == Step.Cancel)
        {
            IsCancelled = response.Status < 300;
            replay.CancelSettled(IsCancelled);
        }
        else
            LookedUp(response, now);
    }

    public void Failed(int step, long intendedAt, Failure why)
    {
        replay.Tally.Failed(why);
        Retry(step, retryAfter: -1, replay.Loop.Now);
    }

    private void Placed(in Response response, long now)
    {
        if (response.Status is 200 or 201 && Read(response.Body) is var (order, total, isRight))
        {
            (Fate, Order, TotalMinor, IsWrong) = (Fate.Accepted, order, total, !isRight);
            replay.Tally.RevenueMinor += total;
        }
        else
            (Fate, Reason) = (Fate.Rejected, response.Code.IsEmpty ? $"{response.Status}" : Encoding.UTF8.GetString(response.Code));
        Settled(now);
    }

    private void Settled(long now)
    {
        replay.Settled(this);
        if (_cancelAsked)
            Cancel(now);
    }

    private void LookedUp(in Response response, long now)
    {
        if (response.Status != 200 && now < _giveUpAt)
        {
            Retry((int)Step.LookUp, retryAfter: -1, now);
            return;
        }
        if (response.Status != 200 || Read(response.Body) is not var (order, total, isRight))
            IsLost = true;
        else
            IsWrong |= order != Order || total != TotalMinor || !isRight
                || IsCancelled && !JsonPeek.Text(response.Body, "state"u8).SequenceEqual("cancelled"u8);
        replay.LookedUp();
    }

    private void Retry(int step, int retryAfter, long now)
    {
        if (now < _giveUpAt)
        {
            replay.Loop.WakeAt(now + replay.DrawBackoff(_attempts++, retryAfter), this, step);
            return;
        }
        switch ((Step)step)
        {
            case Step.Place:
                Fate = Fate.Unanswered;
                Settled(now);
                break;
            case Step.Cancel:
                replay.CancelSettled(done: false);
                break;
            default:
                IsLost = true;
                replay.LookedUp();
                break;
        }
    }

    // An order must say what was ordered, and its total must be the sum of its lines: read whole, at a rate where that is cheap.
    private (long Order, long Total, bool IsRight)? Read(ReadOnlySpan<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body.ToArray());
            var root = document.RootElement;
            var total = root.GetProperty("total").GetProperty("amount").GetInt64();
            var lines = root.GetProperty("lines").EnumerateArray()
                .Select(l => (Sku: l.GetProperty("sku").GetString(), Quantity: l.GetProperty("quantity").GetInt32(),
                    Price: l.GetProperty("unitPrice").GetProperty("amount").GetInt64()))
                .ToList();
            var isRight = lines.Sum(l => l.Price * l.Quantity) == total && lines.Count == planned.Lines.Count
                && planned.Lines.All(asked => lines.Any(l => l.Sku == asked.Sku && l.Quantity == asked.Quantity));
            return PublicId.TryParse("ord", root.GetProperty("id").GetString(), out var order) ? (order, total, isRight) : null;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static byte[] BodyOf(IReadOnlyList<InvoiceLine> lines)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteStartArray("lines");
            foreach (var line in lines)
            {
                json.WriteStartObject();
                json.WriteString("sku", line.Sku);
                json.WriteNumber("quantity", line.Quantity);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
