using System.CommandLine;
using Doorbuster.Contracts.Books;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Postgres;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.Books;

public sealed class BooksFeature : Feature
{
    internal const string SchemaName = "books";

    public override string Name => "books";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.AddPostgres(SchemaName);
        host.Services.AddValidation();
        host.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, BooksJson.Default));
        host.Services.AddSingleton<BookStore>();
        host.Services.AddSingleton<BookAudit>();
        host.Services.AddSingleton<BookExport>();
        host.Services.AddSingleton<IBooks, Ledger>();
        host.Services.AddSingleton<IOverviewPart, WalletOverview>();
        host.Services.AddSingleton<IPersonalData, WalletData>();
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        GetWallet.Map(routes);
        ListMovements.Map(routes);
    }

    public override IEnumerable<Command> Commands(CommandHost host) => [BooksCommand.Make(host)];
}
