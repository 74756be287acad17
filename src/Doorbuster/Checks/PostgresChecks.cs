using Doorbuster.Platform.Commands;
using Doorbuster.Platform.Embedded;
using Npgsql;

namespace Doorbuster.Checks;

/// <summary>Settings with which a confirmed sale could be lost, and limits a sale would run into.</summary>
internal static class PostgresChecks
{
    private const int ConnectionsMin = 100;
    private static readonly TimeSpan ClockDifferenceMax = TimeSpan.FromSeconds(1);

    // Each of these off means that a power cut takes back sales that were confirmed, or tears pages.
    private static readonly string[] MustBeOn = ["fsync", "synchronous_commit", "full_page_writes"];

    public static async Task<List<Finding>> Run(string connectionString, TimeProvider clock, CancellationToken cancel)
    {
        var address = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, Timeout = 5 };
        try
        {
            await using var connection = new NpgsqlConnection(address.ConnectionString);
            await connection.OpenAsync(cancel);
            return await Ask(connection, clock, cancel);
        }
        catch (NpgsqlException error)
        {
            return [Finding.Fail("PostgreSQL", $"{address.Host}:{address.Port} does not answer: {error.Message}",
                "Start it, or put the address right (Postgres:ConnectionString).")];
        }
    }

    private static async Task<List<Finding>> Ask(
        NpgsqlConnection connection, TimeProvider clock, CancellationToken cancel)
    {
        var findings = new List<Finding>();
        await using (var ask = new NpgsqlCommand(
            "select current_setting('server_version_num')::int / 10000, current_setting('server_version'), "
            + "clock_timestamp(), pg_is_in_recovery()", connection))
        {
            await using var row = await ask.ExecuteReaderAsync(cancel);
            await row.ReadAsync(cancel);
            findings.Add(row.GetInt32(0) >= ServerPrograms.PostgresMajorMin
                ? Finding.Ok("PostgreSQL", $"{row.GetString(1)} answers at {connection.Host}:{connection.Port}")
                : Finding.Fail(
                    "PostgreSQL", row.GetString(1), $"Upgrade to {ServerPrograms.PostgresMajorMin} or later."));
            var difference = (clock.GetUtcNow() - row.GetFieldValue<DateTimeOffset>(2)).Duration();
            findings.Add(difference < ClockDifferenceMax
                ? Finding.Ok("Clock", $"within {difference.TotalMilliseconds:0} ms of PostgreSQL's")
                : Finding.Fail("Clock", $"{difference.TotalSeconds:0.0} s from PostgreSQL's",
                    "Synchronize the machines' clocks (chrony, systemd-timesyncd): sales open by time."));
            if (row.GetBoolean(3))
                findings.Add(Finding.Fail("PostgreSQL", "is a standby: it refuses writes", "Name the primary."));
        }

        foreach (var setting in MustBeOn)
        {
            var value = await Show(connection, setting, cancel);
            findings.Add(
                value is "on" or "remote_apply" or "remote_write"
                && !(setting == "synchronous_commit" && value == "remote_write")
                ? Finding.Ok(setting, value)
                : Finding.Fail(
                    setting, value, $"Set {setting} = on: otherwise a crash can take back a sale that was confirmed."));
        }

        var connections = int.Parse(
            await Show(connection, "max_connections", cancel), System.Globalization.CultureInfo.InvariantCulture);
        findings.Add(connections >= ConnectionsMin
            ? Finding.Ok("max_connections", $"{connections}")
            : Finding.Warn(
                "max_connections", $"{connections}",
                $"Raise it to {ConnectionsMin} or more, or lower Postgres:PoolMax."));
        return findings;
    }

    private static async Task<string> Show(NpgsqlConnection connection, string setting, CancellationToken cancel)
    {
        await using var show = new NpgsqlCommand($"show {setting}", connection);
        return (string)(await show.ExecuteScalarAsync(cancel))!;
    }
}
