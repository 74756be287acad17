using System.Collections.Concurrent;
using Doorbuster.Contracts.Claims;
using Doorbuster.LoadTest.Http;
using Doorbuster.LoadTest.Sales;
using Doorbuster.Platform;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Doorbuster.Tests.LoadTest;

/// <summary>What a shop can do wrong.</summary>
public enum Fault { None, Oversells, LosesClaims, AnswersTwice, ForgetsLimit, ForgetsPayments, Leaks, Hiccups, DropsConnections, Queues }

/// <summary>A shop in memory with the routes of the real one, which can be told to be wrong: the audit must notice each time.</summary>
internal sealed class FakeShop : ILedger, IAsyncDisposable
{
    public const string Sale = "sal_0000000000001";
    private const int Units = 200;
    private const int FaultEvery = 40;

    private readonly WebApplication _app;
    private readonly Fault _fault;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _byKey = [];
    private readonly Dictionary<string, int> _byPerson = [];
    private readonly ConcurrentDictionary<long, (string Person, string State)> _orders = new();
    private readonly HashSet<long> _ready = [];
    private int _free = Units;
    private long _lastClaim = 1000;
    private int _requests;

    private FakeShop(Fault fault)
    {
        _fault = fault;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapGet("/api/v1/sales/{id}/state", () => Results.Json(new { phase = "open", limitPerPerson = 1 }));
        _app.MapPost("/api/v1/sales/{id}/claims", Claim);
        _app.MapGet("/api/v1/tickets/{id}", Ticket);
        _app.MapGet("/api/v1/orders/{id}", Order);
        _app.MapPost("/api/v1/orders/{id}/payments", Pay);
        _app.MapPost("/sandbox-payments/charges/{id}/approve", Approve);
    }

    public ShopAddress Address { get; private set; } = null!;

    public static async Task<FakeShop> Open(Fault fault)
    {
        var shop = new FakeShop(fault);
        await shop._app.StartAsync();
        shop.Address = await ShopAddress.Resolve(new Uri(shop._app.Urls.Single()), CancellationToken.None);
        return shop;
    }

    public Task<PoolAudit?> Read(CancellationToken cancel)
    {
        lock (_lock)
        {
            var (kept, held) = (_orders.Count(o => o.Value.State == "paid"), _orders.Count(o => o.Value.State == "placed"));
            return Task.FromResult<PoolAudit?>(new PoolAudit(
                1, Units, kept, held, Math.Max(_free, 0), 0, Drift: Math.Max(Units - kept - held, 0) - Math.Max(_free, 0), 0, 0, 0, 1));
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IResult Claim(HttpContext http)
    {
        var (person, key) = (http.Request.Headers.Authorization.ToString(), http.Request.Headers["Idempotency-Key"].ToString());
        lock (_lock)
        {
            var isFaulty = ++_requests % FaultEvery == 0;
            if (_fault == Fault.Hiccups && isFaulty)
                return Refusal(503, "store_away", http, retryAfter: 1);
            if (_fault == Fault.DropsConnections && isFaulty)
                http.Abort();
            if (_byKey.TryGetValue(person + key, out var known) && _fault != Fault.AnswersTwice)
            {
                http.Response.Headers["Idempotent-Replayed"] = "true";
                return Granted(known);
            }
            if (_byPerson.GetValueOrDefault(person) > 0 && _fault is not (Fault.ForgetsLimit or Fault.AnswersTwice))
                return Refusal(409, "limit_reached", http);
            if (_free <= 0 && !(_fault == Fault.Oversells && isFaulty))
                return Refusal(409, "sold_out", http);
            return Take(person, key, isFaulty);
        }
    }

    private IResult Take(string person, string key, bool isFaulty)
    {
        _free--;
        if (_fault == Fault.Leaks && isFaulty)
            _free--;
        var claim = _byKey[person + key] = ++_lastClaim;
        _byPerson[person] = _byPerson.GetValueOrDefault(person) + 1;
        if (_fault != Fault.LosesClaims || _lastClaim % 20 != 0)
            _orders[claim] = (person, "placed");
        if (_fault != Fault.Queues)
            return Granted(claim);
        return Results.Json(new { ticket = PublicId.Format("tkt", claim), status = "queued", pollAfterMs = 20 }, statusCode: 202);
    }

    private static IResult Granted(long claim) => Results.Json(
        new { claim = new { id = PublicId.Format("clm", claim), orderId = PublicId.Format("ord", claim), state = "held" } }, statusCode: 201);

    private IResult Ticket(string id)
    {
        PublicId.TryParse("tkt", id, out var claim);
        lock (_lock)
            if (_ready.Add(claim))
                return Results.Json(new { ticket = id, status = "queued", pollAfterMs = 20 });
        return Results.Json(new { ticket = id, status = "confirmed", claim = new { id = PublicId.Format("clm", claim) } });
    }

    private IResult Order(string id, HttpContext http) =>
        PublicId.TryParse("ord", id, out var claim) && _orders.TryGetValue(claim, out var order)
        && order.Person == http.Request.Headers.Authorization.ToString()
            ? Results.Json(new { id, state = order.State })
            : Refusal(404, "not_found", http);

    private IResult Pay(string id, HttpContext http) =>
        PublicId.TryParse("ord", id, out var claim) && _orders.ContainsKey(claim)
            ? Results.Json(new { id = "pay_1", payUrl = $"{Address.Url}sandbox-payments/charges/{id}" }, statusCode: 201)
            : Refusal(404, "not_found", http);

    private IResult Approve(string id)
    {
        if (PublicId.TryParse("ord", id, out var claim) && (_fault != Fault.ForgetsPayments || claim % 10 != 0))
            lock (_lock)
                _orders[claim] = _orders[claim] with { State = "paid" };
        return Results.NoContent();
    }

    private static IResult Refusal(int status, string code, HttpContext http, int retryAfter = 0)
    {
        if (retryAfter > 0)
            http.Response.Headers.RetryAfter = "1";
        return Results.Json(new { title = "No.", status, code }, statusCode: status, contentType: "application/problem+json");
    }
}
