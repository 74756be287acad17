using System.CommandLine;
using System.Globalization;
using System.Text.Json.Serialization;
using Doorbuster.Platform.Commands;
using Microsoft.Extensions.DependencyInjection;

namespace Doorbuster.Platform.Jobs;

/// <summary><c>doorbuster job …</c>: what is done at certain times, and what became of it.</summary>
public static class JobCommand
{
    public static Command Make(CommandHost host, IReadOnlyList<Feature> features) =>
        new("job", "Scheduled jobs.") { List(host, features), Run(host, features) };

    private static Command List(CommandHost host, IReadOnlyList<Feature> features)
    {
        var command = new Command("list", "List the jobs: when they are due, and how the last run ended.");
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, cancel) =>
        {
            var rows = (await services.GetRequiredService<JobStore>().List(cancel)).ToDictionary(row => row.Name);
            var jobs = JobExtensions.JobsOf(features).Select(job => rows.GetValueOrDefault(job.Name) is { } row
                ? new Listed(
                    job.Name, row.Schedule, row.NextAt, row.IsRunning, row.Failures, row.StartedAt, row.EndedAt,
                    row.Outcome, row.What, row.Worker)
                : new Listed(job.Name, job.Schedule.Text)).ToList();
            output.Write(new JobList(jobs), JobJson.Default.JobList, jobs.Select(Line));
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static Command Run(CommandHost host, IReadOnlyList<Feature> features)
    {
        var name = new Argument<string>("NAME") { Description = "The job's name." };
        var command = new Command("run", "Run a job now, here. It is due at its next time all the same.") { name };
        command.SetAction((arguments, cancel) => host.Run(arguments, async (services, output, cancel) =>
        {
            var wanted = arguments.GetValue(name)!;
            if (JobExtensions.JobsOf(features).FirstOrDefault(job => job.Name == wanted) is not { } job)
                return output.Fail(ExitCode.NotFound, $"There is no job {wanted}; see job list");

            var store = services.GetRequiredService<JobStore>();
            await store.Declare(job, cancel);
            if (await store.Take(job.Name, cancel) is not { } firing)
                return output.Fail(ExitCode.Conflict, $"{job.Name} is running; job list says where.");
            var (outcome, what) = await services.GetRequiredService<JobWorker>().Run(job, firing, cancel);
            if (outcome != JobOutcome.Done)
                return output.Fail(ExitCode.Failure, $"{job.Name}: {what}");
            output.Write(new JobDone(job.Name, firing.Run, what), JobJson.Default.JobDone, $"{job.Name}: {what}");
            return ExitCode.Ok;
        }, cancel));
        return command;
    }

    private static string Line(Listed job) => string.Create(
        CultureInfo.InvariantCulture,
        $"{job.Name,-32} {job.Schedule,-20} next {job.NextAt:u}  {(job.IsRunning ? $"running on {job.Worker}"
            : job.StartedAt is null ? "never ran" : $"{job.StartedAt:u} {job.Outcome}: {job.What}")}");
}

internal sealed record JobList(IReadOnlyList<Listed> Data);

internal sealed record Listed(
    string Name, string Schedule, DateTimeOffset? NextAt = null, bool IsRunning = false, int Failures = 0,
    DateTimeOffset? StartedAt = null, DateTimeOffset? EndedAt = null, string? Outcome = null, string? What = null,
    string? Worker = null);

internal sealed record JobDone(string Name, long Run, string What);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(JobList))]
[JsonSerializable(typeof(JobDone))]
internal sealed partial class JobJson : JsonSerializerContext;
