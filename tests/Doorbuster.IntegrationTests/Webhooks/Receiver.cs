using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using Doorbuster.Platform.Embedded;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Doorbuster.IntegrationTests.Webhooks;

/// <summary>A merchant's server: keeps what it is told, and answers as the test wants.</summary>
public sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication _server;

    private Receiver(WebApplication server, int port) => (_server, Url) = (server, $"http://127.0.0.1:{port}/hooks");

    public string Url { get; }

    public ConcurrentQueue<Told> Heard { get; } = new();

    /// <summary>What it answers from now on.</summary>
    public Func<Told, int> Answer { get; set; } = _ => 204;

    public static async Task<Receiver> Start()
    {
        var port = Ports.Free();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var server = builder.Build();
        var receiver = new Receiver(server, port);
        server.MapPost("/hooks", receiver.Take);
        await server.StartAsync();
        return receiver;
    }

    public IEnumerable<Told> Of(string type) => Heard.Where(told => told.Type == type);

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        await _server.DisposeAsync();
    }

    private async Task Take(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var headers = http.Request.Headers;
        var told = new Told(
            headers[WebhookSignature.IdHeader].ToString(), headers[WebhookSignature.TimestampHeader].ToString(),
            headers[WebhookSignature.SignatureHeader].ToString(), body.ToArray());
        http.Response.StatusCode = Answer(told);
        Heard.Enqueue(told);
        if (http.Response.StatusCode == (int)HttpStatusCode.Redirect)
            http.Response.Headers.Location = "/hooks";
        if (http.Response.StatusCode >= 400)
            await http.Response.WriteAsync("not today");
    }
}

public sealed record Told(string Id, string Timestamp, string Signature, byte[] Body)
{
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Type => Json.GetProperty("type").GetString()!;

    public string Text => Encoding.UTF8.GetString(Body);

    public bool IsGenuine(string secret) => WebhookSignature.Verify(
        [secret], Id, Timestamp, Signature, Body, TimeProvider.System.GetUtcNow()) == WebhookVerdict.Genuine;
}
