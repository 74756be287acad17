using System.CommandLine;
using Doorbuster.Platform.Commands;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Doorbuster.Platform;

/// <summary>A feature's only public face. It says what the feature can do; the host's role says what runs here.</summary>
public abstract class Feature
{
    /// <summary>The name in the role table, in kebab case; the feature's database schema is the same in snake case.</summary>
    public abstract string Name { get; }

    public string Schema => Name.Replace('-', '_');

    /// <summary>Called in every process. Registers; opens nothing.</summary>
    public virtual void AddServices(IHostApplicationBuilder host) { }

    public virtual void MapEndpoints(IEndpointRouteBuilder routes) { }

    public virtual void AddConsumers(IServiceCollection services) { }

    public virtual void AddJobs(IServiceCollection services) { }

    /// <summary>After the main database has this program's schema: brings other databases of the feature to it.</summary>
    public virtual Task Migrate(IConfiguration configuration, Action<string> progress, CancellationToken cancel) =>
        Task.CompletedTask;

    /// <summary>The feature's verbs on the command line.</summary>
    public virtual IEnumerable<Command> Commands(CommandHost host) => [];

    /// <summary>Writes the demonstration data of this feature; idempotent.</summary>
    public virtual Task Seed(IServiceProvider services, CancellationToken cancel) => Task.CompletedTask;
}
