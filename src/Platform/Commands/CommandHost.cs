using System.CommandLine;

namespace Doorbuster.Platform.Commands;

/// <summary>Lets a feature's command work on an installation: finds its stores, builds the services, prints the outcome.</summary>
public abstract class CommandHost
{
    /// <summary><c>--json</c>: data for programs on standard output.</summary>
    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON.", Recursive = true };

    /// <summary><c>--data D</c>: the folder of the installation.</summary>
    public Option<DirectoryInfo> Data { get; } = new("--data")
    {
        Description = "The installation's folder.",
        Recursive = true,
        DefaultValueFactory = _ => new DirectoryInfo(Environment.GetEnvironmentVariable("DOORBUSTER_DATA") ?? "data"),
    };

    /// <summary>
    /// Runs <paramref name="work"/> with the services of every feature against the installation's stores; no endpoint, consumer
    /// or job is started. Returns the exit code; a store that is away ends in <see cref="ExitCode.DependencyAway"/> with a
    /// sentence on standard error.
    /// </summary>
    public abstract Task<int> Run(
        ParseResult arguments, Func<IServiceProvider, Output, CancellationToken, Task<int>> work, CancellationToken cancel);
}
