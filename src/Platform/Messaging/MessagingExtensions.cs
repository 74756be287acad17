using Doorbuster.Contracts.Audit;
using Doorbuster.Platform.Audit;
using Doorbuster.Platform.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Doorbuster.Platform.Messaging;

public static class MessagingExtensions
{
    extension(IServiceCollection services)
    {
        /// <summary>Also starts the dispatcher in this process.</summary>
        /// <param name="name">Stable name of the subscription, e.g. <c>orders.write</c>; part of the inbox key.</param>
        /// <param name="schema">The feature whose data source the consumer's transaction is on.</param>
        public void AddConsumer<TMessage, TConsumer>(string name, string schema)
            where TMessage : class
            where TConsumer : class, IConsumer<TMessage>
        {
            services.TryAddSingleton<TConsumer>();
            services.AddSingleton(new Subscription(
                name, schema, typeof(TMessage),
                (all, message) => ((IConsumer<TMessage>)all.GetRequiredService<TConsumer>()).Concerns((TMessage)message),
                (all, message, transaction, cancel) =>
                    all.GetRequiredService<TConsumer>().Consume((TMessage)message, transaction, cancel),
                !typeof(IBatchConsumer<TMessage>).IsAssignableFrom(typeof(TConsumer))
                    ? null
                    : (all, messages, transaction, cancel) =>
                        ((IBatchConsumer<TMessage>)all.GetRequiredService<TConsumer>()).Consume(
                            [.. messages.Cast<TMessage>()], transaction, cancel)));
            services.AddDispatcher();
        }

        /// <summary>
        /// The features' consumers, when the role has them. All or none: a dispatcher takes messages of every type, and
        /// a message is gone when the consumers it knows are through.
        /// </summary>
        public void AddConsumers(IReadOnlyList<Feature> features, Role role)
        {
            var own = features.Where(feature => role.WorkOf(feature).HasFlag(Work.Consumers)).ToList();
            foreach (var feature in own)
                feature.AddConsumers(services);
            if (services.All(service => service.ServiceType != typeof(Subscription)))
                return;
            services.AddPlatformConsumers();

            var others = new ServiceCollection();
            foreach (var feature in features.Except(own))
                feature.AddConsumers(others);
            if (others.Count > 0)
                throw new InvalidOperationException(
                    $"Role {role.Name} has some features' consumers, but not those of all. Give it all or none.");
        }

        /// <summary>Those that are no feature's: wherever there are consumers, there are these.</summary>
        internal void AddPlatformConsumers() =>
            services.AddConsumer<AuditNoted, FileAuditNotes>(FileAuditNotes.Name, Migrations.PlatformSchema);

        // Registered by the features before any consumer.
        private List<OutboxDatabase> OutboxDatabases() =>
            [.. services.Select(service => service.ImplementationInstance).OfType<OutboxDatabase>()];

        private void AddDispatcher()
        {
            if (services.Any(service => service.ServiceType == typeof(Subscriptions)))
                return;
            services.AddOptions<MessagingOptions>().BindConfiguration("Messaging").ValidateOnStart();
            services.AddSingleton<IValidateOptions<MessagingOptions>, MessagingOptionsValidator>();
            services.AddSingleton<Subscriptions>();
            services.AddSingleton<OutboxStore>();
            services.AddSingleton<MessagingMetrics>();
            services.AddSingleton<Delivery>();
            services.AddHostedService<Dispatcher>();
            foreach (var other in services.OutboxDatabases())
            {
                services.AddKeyedSingleton(other.Pool, (all, _) => ActivatorUtilities.CreateInstance<PostgresListener>(
                    all, Options.Create(new PostgresOptions { ConnectionString = other.ConnectionString })));
                services.AddSingleton<IHostedService>(all => ActivatorUtilities.CreateInstance<Dispatcher>(
                    all, new OutboxStore(all.GetRequiredKeyedService<NpgsqlDataSource>(other.Pool)),
                    all.GetRequiredKeyedService<PostgresListener>(other.Pool)));
            }
            services.AddHostedService<OutboxKeeper>();
        }
    }
}

/// <summary>One consumer of one message type.</summary>
internal sealed record Subscription(
    string Name, string Schema, Type Message, Func<IServiceProvider, object, bool> Concerns, Consume Consume,
    ConsumeAll? ConsumeAll);

internal delegate Task Consume(
    IServiceProvider services, object message, NpgsqlTransaction transaction, CancellationToken cancel);

internal delegate Task ConsumeAll(
    IServiceProvider services, IReadOnlyList<object> messages, NpgsqlTransaction transaction, CancellationToken cancel);
