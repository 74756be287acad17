using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Messaging;
using Doorbuster.Platform.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Doorbuster.Platform.Jobs;

public static class JobExtensions
{
    extension(IServiceCollection services)
    {
        /// <summary>Declares a job, to be called in a feature's <c>AddJobs</c>; each process that has it stands by to run
        /// it, and one does. Times that passed while no process was there are made up for by one run.</summary>
        /// <param name="name">Stable, e.g. <c>notices.remove_old</c>.</param>
        /// <param name="limit">After which a run is broken off; 15 minutes when not given.</param>
        public void AddJob<TJob>(string name, JobSchedule schedule, TimeSpan? limit = null)
            where TJob : class, IJob
        {
            services.AddSingleton(new ScheduledJob(
                name, schedule, limit ?? ScheduledJob.LimitDefault,
                all => ActivatorUtilities.GetServiceOrCreateInstance<TJob>(all)));
            if (services.All(service => service.ImplementationType != typeof(JobRunner)))
                services.AddHostedService<JobRunner>();
        }

        /// <summary>The platform's own jobs, for processes whose role has jobs.</summary>
        public void AddPlatformJobs()
        {
            services.AddJob<CleanInbox>("platform.clean_inbox", JobSchedule.Cron("0 5 * * * ?"));
            services.AddJob<RemoveOldKeys>("platform.remove_old_keys", JobSchedule.Every(TimeSpan.FromMinutes(10)));
            services.AddJob<TellAnchor>("platform.tell_audit_anchor", JobSchedule.Every(TimeSpan.FromHours(1)));
        }

        /// <summary>What a process needs to run a job, by the schedule or by hand.</summary>
        internal void AddJobStore()
        {
            services.AddOptions<JobsOptions>().BindConfiguration("Jobs").ValidateOnStart();
            services.AddSingleton<IValidateOptions<JobsOptions>, JobsOptionsValidator>();
            services.AddOptions<MessagingOptions>().BindConfiguration("Messaging");
            services.AddSingleton<JobStore>();
            services.AddSingleton<JobMetrics>();
            services.AddSingleton<JobWorker>();
        }
    }

    /// <summary>The platform's jobs and those that these features declare, whatever this process's role.</summary>
    internal static IReadOnlyList<ScheduledJob> JobsOf(IEnumerable<Feature> features)
    {
        var services = new ServiceCollection();
        services.AddPlatformJobs();
        foreach (var feature in features)
            feature.AddJobs(services);
        return [.. services.Select(service => service.ImplementationInstance).OfType<ScheduledJob>()
            .OrderBy(job => job.Name, StringComparer.Ordinal)];
    }
}

internal sealed record ScheduledJob(
    string Name, JobSchedule Schedule, TimeSpan Limit, Func<IServiceProvider, IJob> Make)
{
    public static readonly TimeSpan LimitDefault = TimeSpan.FromMinutes(15);
}
