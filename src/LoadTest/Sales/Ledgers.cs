using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Doorbuster.Contracts.Claims;
using Doorbuster.LoadTest.Report;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.LoadTest.Sales;

/// <summary>Whoever can count the pool's units: without one, a run cannot know that nothing was oversold.</summary>
internal interface ILedger
{
    /// <summary>The pool as it is; null when there is no such sale, or when nobody could count it.</summary>
    Task<PoolAudit?> Read(CancellationToken cancel);
}

/// <summary>Reads the stores of the installation on this machine.</summary>
internal sealed class InstallationLedger(CommandHost host, ParseResult arguments, long pool) : ILedger
{
    public async Task<PoolAudit?> Read(CancellationToken cancel)
    {
        PoolAudit? audit = null;
        await host.Run(arguments, async (services, _, stop) =>
        {
            audit = await services.GetRequiredService<IClaims>().Audit(pool, stop);
            return ExitCode.Ok;
        }, cancel);
        return audit;
    }
}

/// <summary>Asks a shop on another machine, with an administrator's token.</summary>
internal sealed class AdminLedger(HttpClient http, Uri url, string token, string sale) : ILedger
{
    public async Task<PoolAudit?> Read(CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(url, $"api/admin/v1/sales/{sale}/audit"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request, cancel);
        if (response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            throw new CommandFailedException(ExitCode.Forbidden, "The admin token was refused. Make one with: doorbuster user create-admin");
        if (!response.IsSuccessStatusCode)
            return null;
        var counts = await response.Content.ReadFromJsonAsync(LoadJson.Default.AuditDocument, cancel);
        return counts is null || !PublicId.TryParse("sal", sale, out var pool) ? null : new PoolAudit(
            pool, counts.Offered, counts.Kept, counts.Held, counts.Free, counts.InFlight, counts.Drift, counts.PeopleOverLimit,
            counts.DuplicateKeys, counts.LedgerMismatch, counts.Epoch);
    }
}

internal static class Ledgers
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    extension(ILedger ledger)
    {
        /// <summary>The last count, taken when gate and ledger agree or when the time is over.</summary>
        public async Task<PoolAudit?> ReadWhenQuiet(TimeSpan within, CancellationToken cancel)
        {
            var started = Stopwatch.GetTimestamp();
            while (true)
            {
                var audit = await TryRead(ledger, cancel);
                if (audit is { Drift: 0, InFlight: 0 } || Stopwatch.GetElapsedTime(started) >= within)
                    return audit;
                await Task.Delay(Pause, cancel);
            }
        }
    }

    // A store that is coming back refuses for a moment: that is what the time is for.
    private static async Task<PoolAudit?> TryRead(ILedger ledger, CancellationToken cancel)
    {
        try
        {
            return await ledger.Read(cancel);
        }
        catch (Exception error) when (error is StoreAwayException or HttpRequestException or Npgsql.NpgsqlException)
        {
            return null;
        }
    }
}

/// <summary>The answer of <c>GET /api/admin/v1/sales/{id}/audit</c>.</summary>
internal sealed record AuditDocument(
    long? Offered, long Kept, long Held, long? Free, long InFlight, long? Drift, long PeopleOverLimit, long DuplicateKeys,
    long LedgerMismatch, int Epoch);
