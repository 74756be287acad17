using System.Text.Json;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Doorbuster.Payments;

/// <summary>
/// The provider tells what became of a charge. Believed only when signed, recent, new, and about exactly what we asked
/// for; then the payment's step and the message about it commit together, before the answer that ends the provider's
/// retries.
/// </summary>
internal static class ReceiveWebhook
{
    private const int BodyMax = 20_000;    // bytes; the standard's own limit
    private const int IdMax = 256;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost(SandboxAddress.WebhookPath, Handle)
        .WithName("ReceiveSandboxWebhook")
        .WithSummary("For the payment provider: what became of a charge")
        .Produces(StatusCodes.Status204NoContent)
        .Refuses(
            Problems.WebhookHeaders, Problems.WebhookTime, Problems.WebhookSignature, Problems.WebhookMismatch,
            Problems.WebhookTooEarly, WebProblems.InvalidRequest, WebProblems.BodyTooLarge, WebProblems.NotFound)
        .ForAnyone();

    private static async Task<IResult> Handle(
        HttpContext http, PaymentSettings settings, [FromKeyedServices(PaymentsFeature.SchemaName)] NpgsqlDataSource db,
        PaymentStore store, PaymentCounts counts, TimeProvider clock, ILogger<WebhookEvent> log, CancellationToken cancel)
    {
        if (await ReadBody(http, cancel) is not { } body)
            return WebProblems.BodyTooLarge;

        var headers = http.Request.Headers;
        string? id = headers[WebhookSignature.IdHeader];
        var now = clock.GetUtcNow();
        var secrets = await settings.WebhookSecrets(cancel);
        switch (WebhookSignature.Verify(
            secrets, id, headers[WebhookSignature.TimestampHeader], headers[WebhookSignature.SignatureHeader],
            body, now))
        {
            case WebhookVerdict.HeadersMissing: return Problems.WebhookHeaders;
            case WebhookVerdict.WrongTime: return Problems.WebhookTime;
            case WebhookVerdict.WrongSignature: return Problems.WebhookSignature;
        }
        if (id!.Length > IdMax)
            return Problems.WebhookHeaders;
        if (TryParse(body) is not { } said)
            return WebProblems.InvalidRequest;

        if (said.Type == WebhookEvent.Captured && PublicId.TryParse("pay", said.Data.Reference, out var payment)
            && PublicId.TryParse("ord", said.Data.Order, out var order)
            && await store.TryCapture(id, said, payment, order, now, cancel))
        {
            counts.Entered(said.Type);
            return TypedResults.NoContent();
        }
        return await Take(id, said, db, counts, now, log, cancel);
    }

    private static async Task<IResult> Take(
        string id, WebhookEvent said, NpgsqlDataSource db, PaymentCounts counts, DateTimeOffset now, ILogger log,
        CancellationToken cancel)
    {
        if (!WebhookEvent.IsKnown(said.Type))
            return TypedResults.NoContent();

        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        if (!await PaymentStore.FileEvent(transaction, id, said.Type, now, cancel))
            return TypedResults.NoContent();

        var (outcome, payment) = await ProviderNews.Take(transaction, said, cancel);
        switch (outcome)
        {
            // Not filed as handled: the provider asks again, and its failing webhook is seen on both sides.
            case NewsOutcome.UnknownPayment:
                return WebProblems.NotFound;
            case NewsOutcome.Differs:
                log.WebhookMismatch(payment!.Id, id, said.Data.Amount, said.Data.Currency);
                return Problems.WebhookMismatch;
            case NewsOutcome.TooEarly:
                return Problems.WebhookTooEarly;
        }
        await transaction.CommitAsync(cancel);
        if (outcome == NewsOutcome.Taken)
            counts.Entered(said.Type);
        return TypedResults.NoContent();
    }

    private static WebhookEvent? TryParse(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, PaymentsJson.Default.WebhookEvent);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The raw bytes: parsed and written again they would be others, and the signature is over these.
    private static async Task<byte[]?> ReadBody(HttpContext http, CancellationToken cancel)
    {
        if (http.Request.ContentLength > BodyMax)
            return null;
        using var body = new MemoryStream();
        var buffer = new byte[4_096];
        int read;
        while ((read = await http.Request.Body.ReadAsync(buffer, cancel)) > 0)
        {
            if (body.Length + read > BodyMax)
                return null;
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }
}
