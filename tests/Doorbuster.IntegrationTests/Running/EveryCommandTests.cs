using System.CommandLine;
using Doorbuster.IntegrationTests.Web;
using Doorbuster.Platform;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Postgres;

namespace Doorbuster.IntegrationTests.Running;

/// <summary>Whatever is changed from the command line is on record: each command that writes is given, those of tomorrow too. One
/// that is neither said to read, nor excepted, nor given here fails the test.</summary>
public sealed class EveryCommandTests(OwnerTests.StockedShop shop) : IClassFixture<OwnerTests.StockedShop>, IDisposable
{
    private static readonly string[] ReadingVerbs = ["list", "export", "stats", "audit", "verify", "watch", "deliveries", "grabs"];

    private static readonly string[] Reading = ["status", "doctor", "openapi errors", "openapi events"];

    /// <summary>Commands that change something and need not be on record here, and why.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["up"] = "starts the shop",
        ["serve"] = "starts a part of the shop",
        ["migrate"] = "changes the shape of the tables, of which they keep a list themselves; nobody's data",
        ["load sale"] = "makes its people and its sale as `user tokens` and `sale create` do; else it acts as shoppers",
        ["load replay"] = "as load sale",
        ["shard move"] = "needs two databases: AuditOnShardsTests",
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("commands-").FullName;
    private readonly HashSet<string> _given = [];
    private readonly List<string> _wrong = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Whatever_a_command_changes_is_on_record()
    {
        await Give("user create-admin", "--email", "every@example.test");
        await Give("user tokens", "--count", "2", "--out", Path.Combine(_folder, "tokens"));
        await Give("user rotate-key");
        await Give("group import", Text("code,name,email,in_group\nevery,Every,every@example.test,yes\n"));
        await Give("catalog import", Text("sku,title,price\nEVERY-C1,A thing,9.99\n"), "--rejects", Path.Combine(_folder, "rejects"));
        await Give("tax import", Text("country,region,tax_class,title,rate_basis_points\nNZ,,standard,GST,1500\n"));
        await Give("price-list import", Text(
            "code,name,currency,group,sku,price\nevery,Every,GBP,every,EVERY-C1,8.99\n"));
        await Give("shipping import", Text("method,country,currency,title,price_minor,free_from_minor\nsledge,FI,EUR,Sledge,100,\n"));

        var sale = await Give("sale create", "--product", "MIDNIGHT-MUG", "--units", "5", "--price", "1.00", "--opens", "+1h");
        await Give("sale open", sale);
        await Give("sale pause", sale);
        await Give("sale resume", sale);
        await Give("sale add-units", sale, "2");
        await Give("sale close", sale);

        var coupon = await Give("coupon import", Text("handle,title,claim_by,currency,amount\nEVERY-C,New,codes,GBP,100\n"));
        await Give("coupon codes", coupon, Path.Combine(_folder, "codes"), "--generate", "2");
        await Give("coupon import-codes", coupon, Text("code\nFEDCBA9876543210\n"));
        await Give("redpacket import", Text("key,amount,currency,parts,kind\nevery,10,GBP,2,equal\n"));
        var packet = await Give("redpacket create", "--amount", "10", "--parts", "2");
        await Give("redpacket close", packet);
        await Give("risk rules import", Text("name,kind,outcome,threshold,window_seconds,currency,enabled\nevery,value,mark,999999,,GBP,true\n"));

        await Give("job run", "platform.tell_audit_anchor");
        await Give("order rebuild-projections");
        await Give("webhook replay", await WebhookEndpoint(), "--since", "2026-01-01T00:00Z");
        await shop.Sql.Execute(
            """
            insert into messaging.dead_letters (id, consumer, type, body, error, attempts, made_at)
            values (7000001, 'nobody.every', 'Nothing', '{}', 'broken', 8, now())
            """, default);
        await Give("queue dead retry", "7000001");
        await PaymentWithoutNews();
        await Give("payment reconcile");

        Assert.Empty(_wrong);
        Assert.Equal(
            Leaves(CommandLine.Build(), "").Where(name => !IsReading(name)).Order(StringComparer.Ordinal),
            _given.Concat(Exceptions.Keys).Order(StringComparer.Ordinal));
    }

    private static bool IsReading(string name) => Reading.Contains(name) || ReadingVerbs.Contains(name.Split(' ')[^1]);

    private static IEnumerable<string> Leaves(Command parent, string path) => parent.Subcommands.SelectMany(command =>
        command.Subcommands.Count == 0
            ? [$"{path}{command.Name}"]
            : Leaves(command, $"{path}{command.Name} "));

    /// <summary>Runs the command as the program does, on this shop's services; returns the subject of its last row.</summary>
    private async Task<string> Give(string command, params string[] arguments)
    {
        var here = new Here(shop.Services);
        var root = new RootCommand { here.Json, here.Data };
        foreach (var noun in Features.All.SelectMany(feature => feature.Commands(here))
            .Concat([QueueCommand.Make(here), JobCommand.Make(here, Features.All)])
            .Where(noun => noun.Name == command.Split(' ')[0]))
            root.Subcommands.Add(noun);
        var before = await OnRecord();
        var parsed = root.Parse([.. command.Split(' '), .. arguments]);
        Assert.Empty(parsed.Errors);
        Assert.True(await parsed.InvokeAsync() == ExitCode.Ok, $"{command} failed.");
        _given.Add(command);
        var after = await OnRecord();
        if (after.Count == before.Count)
            _wrong.Add($"{command} is not on record.");
        return after.Subject;
    }

    private async Task<(long Count, string Subject)> OnRecord()
    {
        var rows = await shop.Sql.Query(
            "select count(*) over (), subject from audit.entries where source = 'command' order by seq desc limit 1",
            row => (row.GetInt64(0), row.GetString(1)), default);
        return rows.Count == 0 ? (0, "") : rows[0];
    }

    private string Text(string text)
    {
        var file = Path.Combine(_folder, $"{_given.Count}.csv");
        File.WriteAllText(file, text);
        return file;
    }

    private async Task<string> WebhookEndpoint()
    {
        var made = await (await shop.NewPerson(isAdmin: true)).Post(
            "/api/admin/v1/webhook-endpoints", """{"url":"https://merchant.example.com/every","events":["*"]}""",
            ("Idempotency-Key", "commands-webhook"));
        return made.Json.GetProperty("endpoint").GetProperty("id").GetString()!;
    }

    // The provider's word comes in a minute: for this test, never.
    private async Task PaymentWithoutNews()
    {
        var buyer = await shop.NewPerson();
        var order = await buyer.Post(
            "/api/v1/orders", """{"lines":[{"sku":"MIDNIGHT-MUG","quantity":1}]}""", ("Idempotency-Key", "commands-order"));
        var payment = await buyer.Post(
            $"/api/v1/orders/{order.Json.GetProperty("id").GetString()}/payments", """{"sandbox":{"delayMs":60000}}""",
            ("Idempotency-Key", "commands-payment"));
        await buyer.Post(new Uri(payment.Json.GetProperty("payUrl").GetString()!).AbsolutePath + "/approve");
    }

    private sealed class Here(IServiceProvider services) : CommandHost
    {
        public override async Task<int> Run(
            ParseResult arguments, Func<IServiceProvider, Output, CancellationToken, Task<int>> work, CancellationToken cancel)
        {
            Actor.Begin(Actor.Local("doorbuster test"));
            return await work(services, new Output(json: false), cancel);
        }
    }
}
