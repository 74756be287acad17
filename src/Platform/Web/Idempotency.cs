using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Doorbuster.Contracts.Accounts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.Platform.Web;

/// <summary>
/// One effect per <c>Idempotency-Key</c>. The record of the answer is written in the transaction of the effect: there
/// is no moment at which one exists without the other, so a retry after any crash either finds the answer or does the
/// work.
/// </summary>
public static class Idempotency
{
    private const string ReplayedHeader = "Idempotent-Replayed";

    private static readonly TimeSpan PlaceWaitMax = TimeSpan.FromSeconds(2);
    private static readonly ConditionalWeakTable<NpgsqlDataSource, SemaphoreSlim> Places = [];

    extension(RouteHandlerBuilder endpoint)
    {
        /// <summary>
        /// The endpoint needs an <c>Idempotency-Key</c>; its handler takes an <see cref="IdempotentRequest"/> and
        /// writes in its transaction, which is on the feature's data source. A final answer is kept for a day and sent
        /// again; what may be otherwise next time (invalid, retryable, failed) is not kept, and nothing of it is
        /// committed.
        /// </summary>
        public RouteHandlerBuilder Idempotent(string schema)
        {
            endpoint.AddEndpointFilter((context, next) => Run(context, next, schema));
            return endpoint.TakesIdempotencyKey().Refuses(WebProblems.IdempotencyKeyInUse);
        }
    }

    private static async ValueTask<object?> Run(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next, string schema)
    {
        var http = context.HttpContext;
        if (IdempotencyKey.TryRead(http, out var key) is { } refusal)
            return refusal;
        if (http.Features.Get<Session>() is not { } session
            || http.Features.Get<IdempotentRequest>() is not { } request)
            throw new InvalidOperationException(
                "An idempotent endpoint needs a signed-in person and takes an IdempotentRequest.");

        var route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? http.Request.Path.Value!;
        var name = new RequestName(session.Person, $"{http.Request.Method} {route}", key);
        var fingerprint = Fingerprint(context);
        var cancel = http.RequestAborted;

        var db = http.RequestServices.GetRequiredKeyedService<NpgsqlDataSource>(schema);
        using var place = await TakePlace(db, cancel);
        if (place is null)
            return WebProblems.StoreAway;
        await using var connection = await db.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        switch (await IdempotencyStore.Take(transaction, name, cancel))
        {
            case null: return WebProblems.IdempotencyKeyInUse;
            case { Fingerprint: { } kept } when !kept.AsSpan().SequenceEqual(fingerprint):
                return WebProblems.IdempotencyKeyReused;
            case { Answer: { } answer }: return new Answering(answer, IsReplay: true);
        }

        (request.Key, request.Transaction) = (key, transaction);
        var result = await next(context);
        var made = await Capture(http, result);
        if (!IsFinal(made.Status, result))
            return new Answering(made);    // The transaction rolls back, and the key is free.

        await IdempotencyStore.File(transaction, name, fingerprint, made, cancel);
        await transaction.CommitAsync(cancel);
        return new Answering(made);
    }

    // Half of the feature's connections: were all of them held by transactions, a handler that needs another for a
    // moment would wait for one that waits for it.
    private static async Task<Place?> TakePlace(NpgsqlDataSource db, CancellationToken cancel)
    {
        var places = Places.GetValue(db, source => new SemaphoreSlim(
            Math.Max(1, new NpgsqlConnectionStringBuilder(source.ConnectionString).MaxPoolSize / 2)));
        return await places.WaitAsync(PlaceWaitMax, cancel) ? new Place(places) : null;
    }

    // Kept is what will not change: a success, or a refusal on the merits. Who sent nonsense may correct it under the
    // same key.
    private static bool IsFinal(int status, object? result) => result is INestedHttpResult nested
        ? IsFinal(status, nested.Result)
        : status is >= 200 and < 500 and not (400 or 401 or 403 or 404 or 408 or 413 or 415 or 422 or 429)
            && result is not Problem { Retryable: true };

    // The address and what was read from the body: white space and the order of fields do not make another request.
    private static byte[] Fingerprint(EndpointFilterInvocationContext context)
    {
        var http = context.HttpContext;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{http.Request.Path}{http.Request.QueryString}\n"));
        if (http.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType is { } bodyType)
        {
            var json = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
            foreach (var argument in context.Arguments.Where(bodyType.IsInstanceOfType))
                hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(argument, json.GetTypeInfo(bodyType)));
        }
        return hash.GetHashAndReset();
    }

    private static async Task<KeptAnswer> Capture(HttpContext http, object? result)
    {
        var outside = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var buffer = new MemoryStream();
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(buffer));
        try
        {
            await (result as IResult ?? (result is null ? Results.Empty : Results.Json(result))).ExecuteAsync(http);
            await http.Response.BodyWriter.FlushAsync();
        }
        finally
        {
            http.Features.Set(outside);
        }
        return new KeptAnswer(
            http.Response.StatusCode, http.Response.ContentType, http.Response.Headers.Location, buffer.ToArray());
    }

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        public void Dispose() => places.Release();
    }

    private sealed record Answering(KeptAnswer Answer, bool IsReplay = false) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = Answer.Status;
            response.ContentType = Answer.ContentType;
            if (Answer.Location is not null)
                response.Headers.Location = Answer.Location;
            if (IsReplay)
                response.Headers[ReplayedHeader] = "true";
            if (Answer.Status == StatusCodes.Status204NoContent)
                return Task.CompletedTask;
            response.ContentLength = Answer.Body.Length;
            return response.Body.WriteAsync(Answer.Body, CancellationToken.None).AsTask();
        }
    }
}
