namespace Doorbuster.Platform.Messaging;

/// <summary>
/// Another database whose messages leave too, because a feature keeps a part of its data there. The numbers of its
/// messages must differ from every other's: the inbox tells messages apart by them.
/// </summary>
/// <param name="Pool">Key of the data source.</param>
/// <param name="ConnectionString">For the connection that listens.</param>
public sealed record OutboxDatabase(string Pool, string ConnectionString);
