using System.Text.Json;
using Doorbuster.Storefront.Rendering;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorbuster.Storefront.Console.Sales;

/// <summary>A sale's figures as server-sent events, one a second.</summary>
internal static class SaleStream
{
    private const int LooksKept = 10;    // over so many seconds times are told
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Then the reader comes back by itself and shows its cookie anew.
    private static readonly TimeSpan LifeMax = TimeSpan.FromMinutes(15);

    public static async Task Send(PageRequest request)
    {
        var (http, path) = (request.Http, $"/api/admin/v1/sales/{Uri.EscapeDataString(request.Route("id"))}/figures");
        var first = await request.Api.Get(path, ConsoleSalesJson.Default.SaleFigures);
        if (first.Refusal is { } refusal)
        {
            http.Response.StatusCode = refusal.Status;
            return;
        }
        http.Response.ContentType = "text/event-stream";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await http.Response.WriteAsync("retry: 2000\n\n", request.Cancel);
            await Follow(request, path, first.Value!);
        }
        catch (OperationCanceledException)
        {
            // The reader left, or the process stops; he comes back by himself.
        }
    }

    private static async Task Follow(PageRequest request, string path, SaleFigures now)
    {
        var looks = new Queue<SaleFigures>();
        SaleFigures? last = null;
        using var timer = new PeriodicTimer(Pause);
        for (var left = LifeMax; left > TimeSpan.Zero; left -= Pause)
        {
            var data = JsonSerializer.Serialize(
                LiveFigures.Of(now, last, looks.TryPeek(out var earlier) ? earlier : null), ConsoleSalesJson.Default.LiveFigures);
            await request.Http.Response.WriteAsync($"event: figures\ndata: {data}\n\n", request.Cancel);
            await request.Http.Response.Body.FlushAsync(request.Cancel);
            looks.Enqueue(now);
            if (looks.Count > LooksKept)
                looks.Dequeue();
            last = now;

            SaleFigures? next = null;
            while (next is null)
            {
                if (!await timer.WaitForNextTickAsync(request.Cancel))
                    return;
                var answer = await request.Api.Get(path, ConsoleSalesJson.Default.SaleFigures);
                if (answer.Refusal is { Status: < 500 })
                    return;    // signed out meanwhile
                if (answer.Refusal is not null)    // a store is away; the page shows how old its figures are
                    await request.Http.Response.WriteAsync(": away\n\n", request.Cancel);
                next = answer.Value;
            }
            now = next;
        }
    }
}
