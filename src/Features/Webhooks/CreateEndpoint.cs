using System.ComponentModel.DataAnnotations;
using System.Net;
using Doorbuster.Platform;
using Doorbuster.Platform.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;

namespace Doorbuster.Webhooks;

/// <summary>Register where a merchant wants to be told.</summary>
internal static class CreateEndpoint
{
    /// <param name="Url">An https address on the internet.</param>
    /// <param name="Events">Such as <c>order.paid</c>, <c>order.*</c> or <c>*</c>.</param>
    public sealed record Request(
        [StringLength(1_000, MinimumLength = 1)] string Url, [MinLength(1), MaxLength(20)] IReadOnlyList<string> Events,
        [StringLength(200)] string Description = "");

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/api/admin/v1/webhook-endpoints", Handle)
        .ForAdmin()
        .WithName("CreateWebhookEndpoint").WithTags("Webhooks (administration)")
        .WithSummary("Register an address that is told what happens. The secret is shown this once.")
        .Idempotent(WebhooksFeature.SchemaName)
        .Refuses(Problems.AddressRefused, Problems.TooMany);

    private static async Task<Results<Created<EndpointWithSecret>, Problem>> Handle(
        Request request, IdempotentRequest idempotent, EndpointStore store, IOptions<WebhooksOptions> options, Ids ids,
        TimeProvider clock, CancellationToken cancel)
    {
        if (Judge(request.Url, options.Value, out var url) is { } refusal)
            return refusal;
        if (Judge(request.Events) is { } wrong)
            return wrong;
        var endpoint = new WebhookEndpoint
        {
            Id = ids.Next(),
            Url = url,
            Description = request.Description,
            Events = [.. request.Events.Distinct(StringComparer.Ordinal)],
            Secret = WebhookSignature.NewSecret(),
            IsEnabled = true,
            Version = 1,
            MadeAt = clock.GetUtcNow(),
        };
        if (!await EndpointStore.Add(idempotent.Transaction, endpoint, cancel))
            return Problems.TooMany;
        store.Forget();
        var view = EndpointView.Of(endpoint);
        return TypedResults.Created(
            $"/api/admin/v1/webhook-endpoints/{view.Id}", new EndpointWithSecret(view, endpoint.Secret));
    }

    /// <summary>What can be seen from the address itself; what its name leads to is judged whenever it is called.</summary>
    internal static Problem? Judge(string text, WebhooksOptions options, out Uri url)
    {
        var isUrl = Uri.TryCreate(text, UriKind.Absolute, out url!) && url.UserInfo.Length == 0 && url.Fragment.Length == 0
            && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) && url.IdnHost.Length > 0;
        if (!isUrl)
            return Problems.AddressRefused;
        if (options.AllowPrivate)
            return null;
        var isInside = IPAddress.TryParse(url.IdnHost, out var address)
            ? !PublicAddresses.IsPublic(address)
            : !url.IdnHost.TrimEnd('.').Contains('.', StringComparison.Ordinal)
                || url.IdnHost.TrimEnd('.').EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
        return url.Scheme != Uri.UriSchemeHttps || isInside ? Problems.AddressRefused : null;
    }

    internal static Problem? Judge(IReadOnlyList<string> events)
    {
        for (var i = 0; i < events.Count; i++)
            if (events[i] is null || !EventTypes.IsPattern(events[i]))
                return WebProblems.Invalid(
                    $"events[{i}]", $"must be \"*\", \"order.*\", \"payment.*\" or one of {string.Join(", ", EventTypes.All)}");
        return null;
    }
}
