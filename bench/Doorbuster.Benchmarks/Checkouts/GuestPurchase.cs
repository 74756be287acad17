using System.Text;
using Doorbuster.LoadTest.Http;
using Doorbuster.LoadTest.Open;

namespace Doorbuster.Benchmarks.Checkouts;

internal enum PurchaseEnd { Bought, OutOfStock, Failed }

/// <summary>One guest who buys one unit: a token, the cart, the checkout, the order, the payment, its approval; one request
/// after the other, as a client makes them.</summary>
internal sealed class GuestPurchase(Shopping shopping, int number, string sku) : IAsk, IWake
{
    private const int TriesMax = 50;
    private const long RetryAfter = 20 * Loop.Millisecond;

    private static readonly byte[] CheckoutBody = Encoding.ASCII.GetBytes(
        """
        {"email":"guest@example.test","shippingMethod":"standard","shipTo":{"name":"A Guest","line1":"1 Main Street","city":"London","postalCode":"N1 1AA","country":"GB"}}
        """.Trim());

    private readonly byte[] _cartBody = Encoding.ASCII.GetBytes($$"""{"sku":"{{sku}}","quantity":1}""");
    private byte[] _token = [];
    private string _checkout = "", _order = "", _approve = "";
    private long _beganAt, _sentAt;
    private int _tries;

    private enum Step { Guest, Cart, Checkout, Order, Pay, Approve }

    public void Begin(long at)
    {
        _beganAt = at;
        Send(Step.Guest, at);
    }

    public int Write(int step, Span<byte> request)
    {
        var requests = shopping.Requests;
        Span<byte> key = stackalloc byte[48];
        key = key[..Encoding.ASCII.GetBytes($"{shopping.Name}-{number}", key)];
        switch ((Step)step)
        {
            case Step.Guest:
                var head = requests.Head(request, "POST", "/api/v1/guests", 0);
                Requests.Append(request[head..], "\r\n"u8);
                return head + 2;
            case Step.Cart:
                return Requests.Finish(
                    request, requests.Head(request, "POST", "/api/v1/cart/items", _cartBody.Length), _token, key, _cartBody);
            case Step.Checkout:
                return Requests.Finish(
                    request, requests.Head(request, "POST", "/api/v1/checkouts", CheckoutBody.Length), _token, key,
                    CheckoutBody);
            case Step.Order:
                return Requests.Finish(
                    request, requests.Head(request, "POST", $"/api/v1/checkouts/{_checkout}/order", 0), _token, key, []);
            case Step.Pay:
                return Requests.Finish(
                    request, requests.Head(request, "POST", $"/api/v1/orders/{_order}/payments", 2), _token, key, "{}"u8);
            default:
                return Requests.Finish(request, requests.Head(request, "POST", _approve, 0), _token, [], []);
        }
    }

    public void Wake(int step, long dueAt) => Send((Step)step, dueAt);

    public void Answered(int step, long intendedAt, in Response response)
    {
        var now = shopping.Loop.Now;
        shopping.Steps[step].Record(now - _sentAt);
        if (response.Status is 429 or >= 500 || response.Code.SequenceEqual("order_in_progress"u8))
        {
            shopping.Note($"{(Step)step}: {response.Status} {Encoding.UTF8.GetString(response.Body)}");
            Retry(step, now);
            return;
        }
        if (response.Status >= 400)
        {
            var isSoldOut = response.Code.SequenceEqual("out_of_stock"u8);
            if (!isSoldOut)
                shopping.Note($"{(Step)step}: {response.Status} {Encoding.UTF8.GetString(response.Body)}");
            shopping.Ended(isSoldOut ? PurchaseEnd.OutOfStock : PurchaseEnd.Failed, now - _beganAt);
            return;
        }
        switch ((Step)step)
        {
            case Step.Guest: _token = JsonPeek.Text(response.Body, "token"u8).ToArray(); break;
            case Step.Checkout: _checkout = Encoding.ASCII.GetString(JsonPeek.Text(response.Body, "id"u8)); break;
            case Step.Order: _order = Encoding.ASCII.GetString(JsonPeek.Text(response.Body, "orderId"u8)); break;
            case Step.Pay:
                _approve = new Uri(Encoding.ASCII.GetString(JsonPeek.Text(response.Body, "payUrl"u8))).AbsolutePath + "/approve";
                break;
            case Step.Approve:
                shopping.Ended(PurchaseEnd.Bought, now - _beganAt);
                return;
        }
        Send((Step)(step + 1), now);
    }

    public void Failed(int step, long intendedAt, Failure why)
    {
        shopping.Note($"{(Step)step}: {why}");
        Retry(step, shopping.Loop.Now);
    }

    private void Retry(int step, long now)
    {
        if (++_tries < TriesMax)
            shopping.Loop.WakeAt(now + RetryAfter, this, step);
        else
            shopping.Ended(PurchaseEnd.Failed, now - _beganAt);
    }

    private void Send(Step step, long at)
    {
        _sentAt = at;
        shopping.Client.Send(this, (int)step, at);
    }
}

/// <summary>Purchases at once: as many as are wanted, one after the other (closed), or at a rate (open).</summary>
internal sealed class Shopping(Loop loop, Client client, Requests requests, string name, string[] skus) : IWake
{
    private readonly Dictionary<string, long> _notes = [];
    private Arrivals? _arrivals;
    private long _startedAt, _endsAt;
    private int _begun, _underWay, _most = int.MaxValue;

    public Loop Loop => loop;
    public Client Client => client;
    public Requests Requests => requests;
    public string Name => name;
    public Histogram Times { get; } = new();
    public Histogram[] Steps { get; } = [.. Enumerable.Range(0, 6).Select(_ => new Histogram())];
    public GeneratorHealth Health { get; } = new();
    public long[] Ends { get; } = new long[3];
    public string? FirstNote { get; private set; }
    public IEnumerable<string> Notes => _notes.OrderByDescending(note => note.Value).Take(3).Select(note => $"{note.Value} × {note.Key}");

    /// <summary>Keeps that many going for a time, or until so many have been begun.</summary>
    public void StartClosed(int atOnce, double seconds, int most = int.MaxValue)
    {
        _startedAt = loop.Now;
        _endsAt = _startedAt + (long)(Math.Min(seconds, 1e6) * Loop.Second);
        _most = most;
        for (var i = 0; i < Math.Min(atOnce, most); i++)
            Begin(loop.Now);
    }

    public void StartOpen(double perSecond, double seconds)
    {
        _startedAt = loop.Now;
        _endsAt = _startedAt + (long)(seconds * Loop.Second);
        _arrivals = new Arrivals(perSecond, TimeSpan.Zero, poisson: true, new Random(42));
        loop.WakeAt(_startedAt + _arrivals.Next(), this, 0);
    }

    public void Wake(int step, long dueAt)
    {
        if (dueAt >= _endsAt)
        {
            _arrivals = null;
            if (_underWay == 0)
                loop.Stop();
            _most = 0;
            return;
        }
        Health.Arrived(loop.Now - dueAt);
        Begin(dueAt);
        loop.WakeAt(_startedAt + _arrivals!.Next(), this, 0);
    }

    public void Ended(PurchaseEnd end, long took)
    {
        Ends[(int)end]++;
        if (end == PurchaseEnd.Bought)
            Times.Record(took);
        _underWay--;
        if (_arrivals is null && _most > 0 && loop.Now < _endsAt && _begun < _most)
            Begin(loop.Now);
        else if (_underWay == 0 && _arrivals is null)
            loop.Stop();
    }

    public void Note(string what)
    {
        var kind = what.Length <= 160 ? what : what[..160];
        _notes[kind] = _notes.GetValueOrDefault(kind) + 1;
        FirstNote ??= what;
    }

    private void Begin(long at)
    {
        _underWay++;
        var number = _begun++;
        new GuestPurchase(this, number, skus[number % skus.Length]).Begin(at);
    }
}
