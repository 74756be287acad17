using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using System.Text;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.Claims;
using Doorbuster.FlashSales;
using Doorbuster.Platform;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;

namespace Doorbuster.Tests.FlashSales;

/// <summary>Bytes are deterministic where milliseconds are not: what a hot path allocates is its budget.</summary>
public sealed class HotPathTests(ITestOutputHelper output)
{
    private const int Rounds = 20_000;

    private const int ClaimBudget = 200;    // the Location, and its header

    private static readonly string Sale = PublicId.Format("sal", SalePhaseTests.Sale().Id);

    [Fact]
    public void A_sold_out_answer_allocates_next_to_nothing()
    {
        var http = Post("""{"quantity":1}""");
        Assert.InRange(Measure("sold out", http, Handler(new OnePool { IsSoldOut = true }).Handle), 0, 32);
        Assert.Equal(409, http.Response.StatusCode);
    }

    [Fact]
    public void An_answer_before_the_opening_allocates_next_to_nothing()
    {
        var http = Post("""{"quantity":1}""");
        var tomorrow = TimeProvider.System.GetUtcNow().AddDays(1);
        Assert.InRange(Measure("not open", http, Handler(new OnePool { OpensAt = tomorrow }).Handle), 0, 32);
        Assert.Equal(409, http.Response.StatusCode);
    }

    [Fact]
    public void A_granted_claim_allocates_little_beyond_the_engine()
    {
        var http = Post("""{"quantity":1}""");
        Assert.InRange(Measure("claimed", http, Handler(new OnePool()).Handle), 0, ClaimBudget);
        Assert.Equal(201, http.Response.StatusCode);
    }

    // Asks again and again on one connection, as a server does that reuses its contexts.
    private long Measure(string what, Context http, Func<HttpContext, Task> handle)
    {
        for (var i = 0; i < Rounds; i++)
            Ask();
        var (before, started) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
        for (var i = 0; i < Rounds; i++)
            Ask();
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
        var took = Stopwatch.GetElapsedTime(started);
        output.WriteLine($"{what}: {bytes} bytes, {took.TotalNanoseconds / Rounds:0} ns");
        return bytes;

        void Ask()
        {
            http.Rewind();
            Assert.True(handle(http.Http).IsCompletedSuccessfully);
        }
    }

    private static ClaimUnits Handler(OnePool pool) =>
        new(pool, new EverybodySignedIn(), TimeProvider.System, new ClaimCounts(new Meters()));

    private static Context Post(string body) => new(body);

    /// <summary>One pool that is open, sold out or not open yet, and always grants.</summary>
    private sealed class OnePool : IClaims
    {
        private readonly ClaimView _claim = new(
            1234, SalePhaseTests.Sale().Id, 1, 1, ClaimState.Held, 1, DateTimeOffset.UnixEpoch, default);

        public bool IsSoldOut { get; init; }

        public DateTimeOffset? OpensAt { get; init; }

        public ValueTask<PoolView?> FindPool(long pool, CancellationToken cancel) =>
            new(View ??= SalePhaseTests.Pool(left: 1) with { OpensAt = OpensAt });

        private PoolView? View { get; set; }

        public bool IsSoldOutFor(long pool, long person) => IsSoldOut;

        public ValueTask<ClaimResult> Claim(ClaimRequest request, CancellationToken cancel) =>
            new(new ClaimResult(ClaimOutcome.Claimed, _claim));

        public Task<PoolOutcome> Create(PoolDefinition pool, CancellationToken cancel) =>
            throw new NotSupportedException();
        public Task<PoolOutcome> Change(long pool, PoolChange change, CancellationToken cancel) =>
            throw new NotSupportedException();
        public Task<EndOutcome> KeepAll(IReadOnlyList<long> claims, CancellationToken cancel) =>
            throw new NotSupportedException();
        public Task<EndOutcome> Release(long claim, CancellationToken cancel) => throw new NotSupportedException();
        public Task<EndOutcome> TakeBack(long claim, CancellationToken cancel) => throw new NotSupportedException();
        public Task<ClaimView?> Find(long claim, CancellationToken cancel) => throw new NotSupportedException();
        public Task<IReadOnlyList<ClaimView>> FindMany(IReadOnlyCollection<long> claims, CancellationToken cancel) =>
            throw new NotSupportedException();
        public Task<ClaimView?> FindByKey(long pool, long person, string key, CancellationToken cancel) =>
            throw new NotSupportedException();
        public Task<PoolAudit?> Audit(long pool, CancellationToken cancel) => throw new NotSupportedException();
    }

    private sealed class EverybodySignedIn : ISessions
    {
        private readonly Session _session = new(1, 1, IsAdmin: false, DateTimeOffset.MaxValue);

        public bool TryRead(ReadOnlySpan<char> token, out SignedToken found)
        {
            found = new(1, 1);
            return true;
        }

        public ValueTask<Session?> Confirm(SignedToken token, CancellationToken cancel) => new(_session);

        public ValueTask<GuestToken> NewGuest(CancellationToken cancel) => throw new NotSupportedException();
    }

    private sealed class Meters : IMeterFactory
    {
        public Meter Create(MeterOptions options) => new(options);
        public void Dispose() { }
    }

    /// <summary>A request that can be asked again; body and answer live in fixed buffers, as a server's do.</summary>
    private sealed class Context : IHttpResponseBodyFeature, IRequestBodyPipeFeature
    {
        private readonly FixedReader _body;

        public Context(string body)
        {
            _body = new(Encoding.UTF8.GetBytes(body));
            Http.Features.Set<IHttpResponseBodyFeature>(this);
            Http.Features.Set<IRequestBodyPipeFeature>(this);
            Http.Request.RouteValues["id"] = Sale;
            Http.Request.ContentType = "application/json";
            Http.Request.ContentLength = body.Length;
            Http.Request.Headers.Authorization = "Bearer x";
            Http.Request.Headers["Idempotency-Key"] = "k";
        }

        public DefaultHttpContext Http { get; } = new();

        public HttpResponse Response => Http.Response;
        public PipeReader Reader => _body;
        public PipeWriter Writer { get; } = new FixedWriter();
        public Stream Stream => Stream.Null;

        public void Rewind()
        {
            _body.Rewind();
            Http.Response.Headers.Clear();
            Http.Response.StatusCode = 200;
        }

        public void DisableBuffering() { }
        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
        public Task CompleteAsync() => Task.CompletedTask;
        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();
    }

    private sealed class FixedReader(byte[] body) : PipeReader
    {
        private bool _isRead;

        public void Rewind() => _isRead = false;

        public override bool TryRead(out ReadResult result)
        {
            result = new(_isRead ? default : new(body), isCanceled: false, isCompleted: true);
            return true;
        }

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            TryRead(out var result) ? new(result) : default;

        public override void AdvanceTo(SequencePosition consumed) => _isRead = true;
        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _isRead = true;
        public override void CancelPendingRead() { }
        public override void Complete(Exception? exception = null) { }
    }

    private sealed class FixedWriter : PipeWriter
    {
        private readonly byte[] _buffer = new byte[4_096];

        public override void Advance(int bytes) { }
        public override Memory<byte> GetMemory(int sizeHint = 0) => _buffer;
        public override Span<byte> GetSpan(int sizeHint = 0) => _buffer;
        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;
        public override void CancelPendingFlush() { }
        public override void Complete(Exception? exception = null) { }
    }
}
