using System.Security.Cryptography;
using System.Text;

namespace Doorbuster.Platform.Postgres;

/// <summary>One embedded <c>Schema/*.sql</c> file.</summary>
internal sealed class MigrationFile(string schema, string name, string sql)
{
    public string Schema => schema;

    public string Name => name;

    public string Sql => sql;

    /// <summary>
    /// Of the text without carriage returns: the same file checked out on another system is the same file.
    /// </summary>
    public string Checksum { get; } = Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(sql.Replace("\r", "", StringComparison.Ordinal))));

    public override string ToString() => $"{schema}/{name}";
}

/// <summary>
/// The database cannot be brought to this program's schema; the message says which file and what to do.
/// </summary>
public sealed class MigrationException(string message, Exception? cause = null) : Exception(message, cause);
