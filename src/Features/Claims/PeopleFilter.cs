namespace Doorbuster.Claims;

/// <summary>
/// A Bloom filter of everybody who ever took units of a pool: "no" is certain, "maybe" is wrong for about one in a hundred.
/// So a loser of a sold-out pool is told without I/O, and a winner who repeats a lost request is not.
/// </summary>
internal sealed class PeopleFilter
{
    private const int BitsPerPerson = 10;
    private const int Probes = 7;

    private readonly ulong[] _bits;

    public PeopleFilter(IReadOnlyCollection<long> people)
    {
        _bits = new ulong[Math.Max(1, people.Count * BitsPerPerson / 64 + 1)];
        foreach (var person in people)
        {
            var (at, step) = Start(person);
            for (var i = 0; i < Probes; i++, at += step)
                _bits[Word(at)] |= 1UL << (int)(at & 63);
        }
    }

    public bool MayContain(long person)
    {
        var (at, step) = Start(person);
        for (var i = 0; i < Probes; i++, at += step)
        {
            if ((_bits[Word(at)] & 1UL << (int)(at & 63)) == 0)
                return false;
        }
        return true;
    }

    private int Word(ulong at) => (int)((at >> 6) % (ulong)_bits.Length);

    // Two hashes make all probes (Kirsch and Mitzenmacher); ids are neighbours, so they are mixed well first (splitmix64).
    private static (ulong At, ulong Step) Start(long person)
    {
        var mixed = Mix((ulong)person + 0x9E37_79B9_7F4A_7C15);
        return (mixed, Mix(mixed) | 1);
    }

    private static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58_476D_1CE4_E5B9;
        x = (x ^ (x >> 27)) * 0x94D0_49BB_1331_11EB;
        return x ^ (x >> 31);
    }
}
