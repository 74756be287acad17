using System.CommandLine;
using System.Runtime.CompilerServices;

namespace Doorbuster.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void The_reference_names_every_command()
    {
        var reference = File.ReadAllText(Path.Combine(Repository(), "docs/reference/command-line.md"));
        foreach (var noun in CommandLine.Build().Subcommands)
        {
            var rows = reference.Split('\n')
                .Where(row => row.StartsWith("| `", StringComparison.Ordinal) && Words(row).Contains(noun.Name))
                .ToList();
            Assert.True(rows.Count > 0, $"docs/reference/command-line.md does not name `{noun.Name}`.");
            Assert.All(noun.Subcommands, verb => Assert.True(
                rows.Exists(row => Words(row).Contains(verb.Name)),
                $"docs/reference/command-line.md does not name `{noun.Name} {verb.Name}`."));
        }
    }

    [Fact]
    public void Every_command_and_option_says_what_it_does()
    {
        foreach (var command in All(CommandLine.Build()))
        {
            Assert.False(string.IsNullOrWhiteSpace(command.Description), $"{command.Name} has no description.");
            foreach (var part in command.Options.Concat<Symbol>(command.Arguments))
                Assert.False(
                    string.IsNullOrWhiteSpace(part.Description), $"{command.Name} {part.Name} has no description.");
        }
    }

    private static IEnumerable<Command> All(Command command) => command.Subcommands.SelectMany(All).Prepend(command);

    private static HashSet<string> Words(string row) =>
        [.. row.Split([' ', '`', '|', '\\', ',', '[', ']'], StringSplitOptions.RemoveEmptyEntries)];

    private static string Repository([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../.."));
}
