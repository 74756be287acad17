using Doorbuster.Catalog;
using Doorbuster.Platform.Web;

namespace Doorbuster.IntegrationTests.Web;

/// <summary>Who may do what, asked of every endpoint there is, those of tomorrow too.</summary>
public sealed class OwnerTests(OwnerTests.StockedShop shop) : IClassFixture<OwnerTests.StockedShop>
{
    // Pages are not among them: they have no data but the API's, and lead strangers to the sign-in instead of a 401.
    private readonly IReadOnlyList<EveryEndpoint> _endpoints =
        [.. EveryEndpoint.Of(shop.Services).Where(endpoint => !endpoint.IsPage)];

    [Fact]
    public async Task Without_a_session_every_endpoint_that_needs_one_answers_401()
    {
        var wrong = new List<string>();
        foreach (var endpoint in _endpoints.Where(endpoint => endpoint.Access != Access.Anyone))
        {
            // A handler that checks by itself may look first at what it is asked for, so that must be there.
            var isOwn = endpoint.Access == Access.CheckedByHandler;
            var named = Belongings.NotPersonal.FirstOrDefault(one => IsOf(endpoint.Route, one.Route));
            if (isOwn && named.Make is null)
            {
                wrong.Add($"{endpoint.Name}: say in Belongings how to make what it names.");
                continue;
            }
            var id = isOwn ? await named.Make(shop) : "x";
            foreach (var token in (string?[])[null, "forged"])
                await Expect(endpoint, token, id, isOwn ? """{"quantity":1}""" : "{}", 401, wrong);
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Administration_refuses_everybody_else()
    {
        var person = await shop.NewPerson();
        var guest = await shop.Guest();
        var wrong = new List<string>();
        foreach (var endpoint in _endpoints.Where(endpoint => endpoint.Access == Access.Admin))
        {
            await Expect(endpoint, person.Token, "x", "{}", 403, wrong);
            await Expect(endpoint, guest, "x", "{}", 401, wrong);
        }
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Guests_come_in_only_where_that_was_decided()
    {
        var guest = await shop.Guest();
        var wrong = new List<string>();
        foreach (var endpoint in _endpoints.Where(endpoint => endpoint.Access == Access.Person))
            await Expect(endpoint, guest, "x", "{}", 401, wrong);
        Assert.Empty(wrong);
    }

    [Fact]
    public async Task What_belongs_to_another_person_is_not_there()
    {
        var (owner, other) = (await shop.NewPerson(), await shop.NewPerson());
        var wrong = new List<string>();
        var tried = 0;
        foreach (var endpoint in _endpoints.Where(IsPersonal))
        {
            var belonging = Belongings.Personal.FirstOrDefault(one => IsOf(endpoint.Route, one.Route));
            var body = Belongings.Bodies.GetValueOrDefault(endpoint.Name);
            if (belonging.Make is null || endpoint.Body is not null && !endpoint.IsBodyOptional && body is null)
            {
                wrong.Add($"{endpoint.Name}: say in Belongings how to make what it names, and which body it takes.");
                continue;
            }
            var id = await belonging.Make(shop, owner);
            await Expect(endpoint, other.Token, id, body, 404, wrong);
            var (status, answer) = await endpoint.Ask(shop.Client, owner.Token, id, body, key: $"owner-{tried}");
            if (status is 404 or 401 or 403 or 405 or 415 or >= 500 or 400)
                wrong.Add($"{endpoint.Name} answered its owner with {status} {answer}");
            tried++;
        }
        Assert.Empty(wrong);
        Assert.True(tried >= 15, $"Only {tried} were tried.");
    }

    // A socket is refused before anything is looked up unless the request asks for one (FollowingTests asks for others').
    private static bool IsPersonal(EveryEndpoint endpoint) => endpoint.HasParameters
        && !endpoint.Route.EndsWith("/socket", StringComparison.Ordinal)
        && endpoint.Access is (Access.Person or Access.Guest or Access.CheckedByHandler)
        && !Belongings.NotPersonal.Any(one => IsOf(endpoint.Route, one.Route));

    private static bool IsOf(string route, string beginning) =>
        route == beginning || route.StartsWith(beginning + "/", StringComparison.Ordinal);

    private async Task Expect(
        EveryEndpoint endpoint, string? token, string id, string? body, int status, List<string> wrong)
    {
        var (given, answer) = await endpoint.Ask(shop.Client, token, id, body);
        if (given != status || !answer.Contains("\"code\"", StringComparison.Ordinal))
            wrong.Add($"{endpoint.Name} answered {given} {answer}");
    }

    public sealed class StockedShop(SharedStores stores) : WholeShop(stores)
    {
        protected override Task Prepare() => new CatalogFeature().Seed(Services, default);

        internal async Task<string> Guest() =>
            (await Stranger().Post("/api/v1/guests")).Json.GetProperty("token").GetString()!;
    }
}
