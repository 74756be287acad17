using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Doorbuster.Platform.Messaging;

public static class MessagingExtensions
{
    extension(IServiceCollection services)
    {
        /// <param name="name">Stable name of the subscription, e.g. <c>orders.write</c>; part of the inbox key.</param>
        /// <param name="schema">The feature whose data source the consumer's transaction is on.</param>
        public void AddConsumer<TMessage, TConsumer>(string name, string schema)
            where TMessage : class
            where TConsumer : class, IConsumer<TMessage>
        {
            services.TryAddSingleton<TConsumer>();
            services.AddSingleton(new Subscription(name, schema, typeof(TMessage), typeof(TConsumer)));
        }
    }
}

/// <summary>One consumer of one message type.</summary>
internal sealed record Subscription(string Name, string Schema, Type Message, Type Consumer);
