using System.CommandLine;
using Doorbuster.Contracts.Accounts;
using Doorbuster.Contracts.People;
using Doorbuster.Platform;
using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Jobs;
using Doorbuster.Platform.Postgres;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Doorbuster.Accounts;

public sealed class AccountsFeature : Feature
{
    internal const string SchemaName = "accounts";

    public override string Name => "accounts";

    public override void AddServices(IHostApplicationBuilder host)
    {
        host.AddPostgres(SchemaName);
        host.Services.AddValidation();
        host.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.TypeInfoResolverChain.Insert(0, AccountsJson.Default));

        host.Services.TryAddSingleton<DemoNotes>();
        host.Services.AddSingleton<AccountStore>();
        host.Services.AddSingleton<IPeople, People>();
        host.Services.AddSingleton<AddressStore>();
        host.Services.AddSingleton<GroupStore>();
        host.Services.AddSingleton<GroupCsv>();
        host.Services.AddSingleton<ICustomerGroups, Memberships>();
        host.Services.AddSingleton<PasswordChecks>();
        host.Services.AddSingleton<UserExport>();
        host.Services.AddSingleton<IOverviewPart, ProfilePart>();
        host.Services.AddSingleton<IPersonalData, AccountData>();
        host.Services.AddSingleton<SessionCache>();
        host.Services.AddSingleton<SessionRedis>();
        host.Services.AddSingleton<TokenKeys>();
        host.Services.AddSingleton<Endings>();
        host.Services.AddSingleton<Sessions>();
        host.Services.AddSingleton<ISessions>(services => services.GetRequiredService<Sessions>());
        host.Services.AddSingleton<AttemptLimits>();
        host.Services.AddOptions<AccountsOptions>().BindConfiguration("Accounts").ValidateOnStart();
        host.Services.AddSingleton<IValidateOptions<AccountsOptions>, AccountsOptionsValidator>();
        host.Services.AddSingleton<GuestLimits>();
        host.Services.AddSingleton(_ => new PasswordHashing());
        host.Services.AddSingleton<MakeTokens>();

        // Whatever the role: every process that answers requests reads tokens.
        host.Services.AddHostedService(services => services.GetRequiredService<TokenKeys>());
        host.Services.AddHostedService(services => services.GetRequiredService<Endings>());
    }

    public override void MapEndpoints(IEndpointRouteBuilder routes)
    {
        Register.Map(routes);
        BecomeGuest.Map(routes);
        SignIn.Map(routes);
        SignOut.Map(routes);
        ListSessions.Map(routes);
        RevokeSession.Map(routes);
        GetMe.Map(routes);
        ChangeProfile.Map(routes);
        ChangePassword.Map(routes);
        ExportMe.Map(routes);
        EraseMe.Map(routes);
        ReadAddresses.Map(routes);
        AddAddress.Map(routes);
        ChangeAddress.Map(routes);
        RemoveAddress.Map(routes);
        ManagePeople.Map(routes);
        ManageGroups.Map(routes);
        ManageMembers.Map(routes);
    }

    public override void AddJobs(IServiceCollection services)
    {
        services.AddHostedService<FinishEndings>();
        services.AddJob<RemoveExpired>("accounts.remove_expired", JobSchedule.Every(TimeSpan.FromMinutes(10)));
    }

    public override IEnumerable<Command> Commands(CommandHost host) => [UserCommand.Make(host), GroupCommand.Make(host)];

    public override Task Seed(IServiceProvider services, CancellationToken cancel) => DemoPeople.Seed(services, cancel);
}
