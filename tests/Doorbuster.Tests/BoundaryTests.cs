using System.Reflection;
using Doorbuster.Platform;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.Tests;

/// <summary>The two borders that keep features apart.</summary>
public sealed class BoundaryTests
{
    private static readonly string[] Neighbours = ["Doorbuster.Contracts", "Doorbuster.Platform"];

    // In its order of seeding; a feature that is missing here starts nowhere.
    public static TheoryData<string> AllFeatures =>
        [.. Features.All.Select(feature => feature.GetType().Assembly.GetName().Name!).Distinct()];

    // Razor makes components public, and with them what they show. Nobody but the program knows that assembly.
    private static readonly string[] OfPages = ["Doorbuster.Storefront"];

    public static TheoryData<string> FeaturesWithoutPages =>
        [.. AllFeatures.Select(row => row.Data).Where(feature => !OfPages.Contains(feature))];

    [Theory, MemberData(nameof(FeaturesWithoutPages))]
    public void A_feature_exports_itself_and_nothing_else(string feature) =>
        Assert.All(
            // Records of requests are public inside internal types, which exports them not.
            Assembly.Load(feature).GetExportedTypes(),
            type => Assert.True(type.IsSubclassOf(typeof(Feature)), $"{type} is visible outside its feature."));

    [Theory, MemberData(nameof(AllFeatures))]
    public void A_feature_knows_the_contracts_and_the_platform_only(string feature) =>
        Assert.All(
            Assembly.Load(feature).GetReferencedAssemblies()
                .Where(name => name.Name!.StartsWith("Doorbuster", StringComparison.Ordinal)),
            name => Assert.Contains(name.Name, Neighbours));

    [Fact]
    public void Nobody_but_the_program_knows_the_pages() => Assert.All(
        Directory.EnumerateFiles(AppContext.BaseDirectory, "Doorbuster.*.dll")
            .Where(file => !file.EndsWith("Tests.dll", StringComparison.Ordinal))
            .Select(file => Assembly.Load(Path.GetFileNameWithoutExtension(file))),
        assembly => Assert.DoesNotContain(
            assembly.GetReferencedAssemblies(), name => OfPages.Contains(name.Name)));

    [Fact]
    public void The_contracts_know_nobody() =>
        Assert.DoesNotContain(
            typeof(Contracts.ContractsJson).Assembly.GetReferencedAssemblies(),
            name => name.Name!.StartsWith("Doorbuster", StringComparison.Ordinal));

    [Fact]
    public void Every_feature_that_is_built_is_in_the_list()
    {
        var listed = Features.All.Select(feature => feature.GetType()).ToHashSet();
        var built = Directory.EnumerateFiles(AppContext.BaseDirectory, "Doorbuster.*.dll")
            .Select(file => Assembly.Load(Path.GetFileNameWithoutExtension(file)))
            .SelectMany(assembly => assembly.GetExportedTypes())
            .Where(type => type.IsSubclassOf(typeof(Feature)) && !type.IsAbstract)
            .Where(type => !type.Assembly.GetName().Name!.EndsWith("Tests", StringComparison.Ordinal));
        Assert.All(built, type => Assert.Contains(type, listed));
    }

    // What need not be done by every process is a job, which one process does.
    [Fact]
    public void What_runs_in_every_process_is_listed_here_and_all_else_is_a_job()
    {
        string[] everywhere =
        [
            "AuditPools", "BookPayments", "Dispatcher", "FinishCheckouts", "FinishEndings", "FinishTemplates",
            "GiveMemoryBack", "JobRunner", "LookAfterPackets", "LookAfterSales", "OutboxKeeper", "ReleaseExpiredClaims",
            "SendDeliveries", "SendWebhooks", "ShareClaimFigures", "TicketSignals", "TokenKeys",
        ];
        var services = Features.All.Select(feature => feature.GetType().Assembly)
            .Append(typeof(Feature).Assembly).Append(typeof(Features).Assembly)
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsSubclassOf(typeof(BackgroundService)) && !type.IsAbstract);
        Assert.Equal(everywhere, services.Select(type => type.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_role_names_features_that_exist()
    {
        var names = Features.All.Select(feature => feature.Name).Append(Role.EveryFeature).ToHashSet();
        Assert.All(
            Roles.Names.Select(Roles.Named).SelectMany(role => role.Features), name => Assert.Contains(name, names));
    }

    [Fact]
    public void All_roles_together_do_all_the_work()
    {
        var split = Roles.Names.Where(name => name != "all").Select(Roles.Named).ToList();
        foreach (var feature in Features.All)
            Assert.Equal(Work.All, split.Aggregate(Work.None, (work, role) => work | role.WorkOf(feature)));
    }
}
