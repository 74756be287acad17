using System.ComponentModel.DataAnnotations;

namespace Doorbuster.Platform.Postgres;

public sealed class PostgresOptions
{
    /// <summary>The primary; every feature opens its own pool on it.</summary>
    [Required]
    public string ConnectionString { get; set; } = "";

    /// <summary>Most connections of one feature's pool in one process.</summary>
    [Range(2, 200)]
    public int PoolMax { get; set; } = 12;
}
