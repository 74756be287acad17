using Npgsql;

namespace Doorbuster.Platform.Messaging;

/// <summary>
/// Handles each message of one type once: the platform files the message's id in the given transaction (inbox), calls,
/// and commits; the message counts as handled only then. A throw rolls back and is retried with backoff, then the
/// message goes to the dead letters; a store that is away is not counted against it. Messages may come in any order.
/// What is done outside the transaction may be done again.
/// </summary>
public interface IConsumer<in TMessage> where TMessage : class
{
    /// <summary>False for a message that is none of this consumer's business: it costs no transaction then. Follows from
    /// the message alone, so that it is the same each time the message comes.</summary>
    bool Concerns(TMessage message) => true;

    Task Consume(TMessage message, NpgsqlTransaction transaction, CancellationToken cancel);
}

/// <summary>
/// Also handles several messages in one transaction, filed and committed together: under load what waits goes at once, when it
/// is quiet each goes as it comes. Should that fail they come one by one, so that one message cannot stop the others.
/// </summary>
public interface IBatchConsumer<in TMessage> : IConsumer<TMessage> where TMessage : class
{
    /// <param name="messages">Those that concern this consumer and are new to it, the oldest first.</param>
    Task Consume(IReadOnlyList<TMessage> messages, NpgsqlTransaction transaction, CancellationToken cancel);
}
