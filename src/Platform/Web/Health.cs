using System.Text.Json.Serialization;
using Doorbuster.Platform.Postgres;
using Doorbuster.Platform.Redis;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Doorbuster.Platform.Web;

/// <summary>
/// <c>/livez</c>: the process answers (a store that is away is no reason to restart it). <c>/readyz</c>: it can serve:
/// its stores answer and it is not draining.
/// </summary>
internal sealed class Health(IServiceProvider services, Drain drain, TimeProvider clock)
{
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private Task<Check[]>? _last;
    private long _lastAt;

    public sealed record Check(string Name, bool Ok, double TookMs);

    public sealed record Report(bool Ready, bool Draining, IReadOnlyList<Check> Checks);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var health = routes.ServiceProvider.GetRequiredService<Health>();
        foreach (var path in (string[])["/livez", "/healthz"])
            routes.MapGet(path, () => TypedResults.Text("alive")).ForAnyone().BoundsItsWaits().ExcludeFromDescription();
        routes.MapGet("/readyz", (Delegate)health.Answer).ForAnyone().ExcludeFromDescription();
    }

    private async Task<IResult> Answer(HttpContext http)
    {
        var checks = await Recent();
        var report = new Report(!drain.IsDraining && checks.All(check => check.Ok), drain.IsDraining, checks);
        var status = report.Ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        http.Response.Headers.CacheControl = "no-store";
        if (http.Request.Query.ContainsKey("verbose"))
            return TypedResults.Json(report, HealthJson.Default.Report, statusCode: status);
        var words = report.Ready ? "ready"
            : report.Draining ? "draining"
            : $"away: {string.Join(", ", checks.Where(check => !check.Ok).Select(check => check.Name))}";
        return TypedResults.Text(words, statusCode: status);
    }

    // However many ask, the stores are asked twice a second.
    private Task<Check[]> Recent()
    {
        lock (_lock)
        {
            if (_last is null || _last.IsCompleted && clock.GetElapsedTime(_lastAt) > Fresh)
                (_last, _lastAt) = (Look(), clock.GetTimestamp());
            return _last;
        }
    }

    private Task<Check[]> Look() => Task.WhenAll(
        Try("postgres", async cancel =>
        {
            if (services.GetKeyedService<NpgsqlDataSource>(Migrations.PlatformSchema) is { } db)
                await db.Execute("select 1", cancel);
        }),
        Try("redis-gate", _ =>
            services.GetService<GateRedis>()?.Call(redis => redis.PingAsync()) ?? Task.CompletedTask),
        Try("redis-cache", _ =>
            services.GetService<CacheRedis>()?.Call(redis => redis.PingAsync()) ?? Task.CompletedTask));

    private async Task<Check> Try(string name, Func<CancellationToken, Task> ask)
    {
        var began = clock.GetTimestamp();
        using var limit = new CancellationTokenSource(CheckTimeout, clock);
        try
        {
            // On another thread: connecting to a store that hangs may hold the caller.
            await Task.Run(() => ask(limit.Token), limit.Token).WaitAsync(limit.Token);
            return new Check(name, true, Took(began));
        }
        catch (Exception error) when (
            error is NpgsqlException or StoreAwayException or OperationCanceledException or TimeoutException)
        {
            return new Check(name, false, Took(began));
        }
    }

    private double Took(long began) => Math.Round(clock.GetElapsedTime(began).TotalMilliseconds, 2);
}

[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(Health.Report))]
internal sealed partial class HealthJson : JsonSerializerContext;
