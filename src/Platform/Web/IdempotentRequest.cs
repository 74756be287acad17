using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Validation;
using Npgsql;

namespace Doorbuster.Platform.Web;

/// <summary>
/// A request whose effect happens once per <c>Idempotency-Key</c>. What the handler writes in <see cref="Transaction"/>
/// commits together with the record of its answer, or not at all; the handler neither commits nor rolls back.
/// </summary>
// Validation reads every property of a handler's parameters, and would find no transaction yet.
#pragma warning disable ASP0029 // For evaluation, as validation itself is.
[SkipValidation]
#pragma warning restore ASP0029
public sealed class IdempotentRequest
{
    private NpgsqlTransaction? _transaction;

    private IdempotentRequest() { }

    public string Key { get; internal set; } = "";

    public NpgsqlTransaction Transaction
    {
        get => _transaction ?? throw new InvalidOperationException("Map the endpoint with .Idempotent(schema).");
        internal set => _transaction = value;
    }

    // Bound before the filter runs, and filled by it.
    public static ValueTask<IdempotentRequest?> BindAsync(HttpContext http)
    {
        var request = new IdempotentRequest();
        http.Features.Set(request);
        return ValueTask.FromResult<IdempotentRequest?>(request);
    }
}
