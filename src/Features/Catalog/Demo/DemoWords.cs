namespace Doorbuster.Catalog.Demo;

internal sealed record DemoCategory
{
    /// <summary>Begins the category's SKUs.</summary>
    public required string Code { get; init; }
    public required string Name { get; init; }
    public required string[] Nouns { get; init; }
    public required string[] Adjectives { get; init; }

    /// <summary>After the title: "… of oiled beech".</summary>
    public required string[] Made { get; init; }

    /// <summary>A sentence on what it is good for.</summary>
    public required string[] Good { get; init; }
    public required string ChoiceName { get; init; }
    public required string[] Choices { get; init; }

    public string TaxClass { get; init; } = "standard";

    /// <summary>Each further choice costs so much more, in pence.</summary>
    public long ChoicePrice { get; init; }
    public required int CheapestPounds { get; init; }
    public required int DearestPounds { get; init; }
}

internal static class DemoWords
{
    public static readonly string[] Closings =
    [
        "Comes in a plain cardboard box, without plastic.", "Made in small batches.", "A good present, also for yourself.",
        "Spare parts are kept for ten years.", "Two years of guarantee.", "Leaves our store within a day.",
    ];

    public static readonly DemoCategory[] Categories =
    [
        new()
        {
            Code = "AUD", Name = "Audio",
            Nouns = ["Headphones", "Earbuds", "Speaker", "Radio", "Turntable", "Microphone", "Soundbar", "Amplifier", "Headset"],
            Adjectives = ["Studio", "Pocket", "Walnut", "Night", "Harbour", "Signal", "Granite"],
            Made = ["with woven cable and steel headband", "in a walnut case", "with replaceable battery", "with brushed aluminium controls"],
            Good = ["Clear voices, and bass that stays in its place.", "Thirty hours between two charges.", "Quiet where it should be quiet."],
            ChoiceName = "Colour", Choices = ["Black", "Sand"], CheapestPounds = 29, DearestPounds = 249,
        },
        new()
        {
            Code = "KIT", Name = "Kitchen",
            Nouns = ["Skillet", "Saucepan", "Chef's Knife", "Cutting Board", "Mixing Bowl", "Colander", "Rolling Pin", "Pepper Mill", "Casserole"],
            Adjectives = ["Everyday", "Farmhouse", "Enamel", "Oak", "Blue Steel", "Copper", "Family"],
            Made = ["of cast iron, seasoned twice", "of oiled beech", "with a riveted handle", "in heavy enamel"],
            Good = ["Goes from the hob to the oven to the table.", "Sits well in the hand.", "Gets better with every year of use."],
            ChoiceName = "Size", Choices = ["Small", "Large"], ChoicePrice = 600, CheapestPounds = 12, DearestPounds = 95,
        },
        new()
        {
            Code = "COF", Name = "Coffee and Tea", TaxClass = "reduced",
            Nouns = ["Coffee Beans", "Pour-over Dripper", "Hand Grinder", "Teapot", "Moka Pot", "Green Tea", "Breakfast Tea", "Espresso Cups", "Milk Jug"],
            Adjectives = ["Morning", "Highland", "Slow", "Corner Cafe", "Ember", "Garden", "Night Shift"],
            Made = ["from a growers' cooperative", "of stoneware, glazed by hand", "with steel burrs", "packed on the day of the order"],
            Good = ["Chocolate and dried orange.", "A calm quarter of an hour.", "Enough for two, or for one long morning."],
            ChoiceName = "Pack", Choices = ["Single", "Double"], ChoicePrice = 850, CheapestPounds = 6, DearestPounds = 68,
        },
        new()
        {
            Code = "LIT", Name = "Lighting",
            Nouns = ["Desk Lamp", "Floor Lamp", "Lantern", "Bedside Light", "Pendant", "String Lights", "Candle", "Clip Light", "Torch"],
            Adjectives = ["Dusk", "Workshop", "Paper", "Brass", "Lighthouse", "Moss", "Soft"],
            Made = ["with a dimmer that does not flicker", "in spun brass", "with a linen shade", "with a warm LED that can be changed"],
            Good = ["Bright on the page, dark in the eyes.", "Turns in every direction and stays there.", "For late dinners outside."],
            ChoiceName = "Colour", Choices = ["White", "Graphite"], CheapestPounds = 9, DearestPounds = 139,
        },
        new()
        {
            Code = "TEX", Name = "Home Textiles",
            Nouns = ["Blanket", "Cushion", "Bath Towel", "Tablecloth", "Duvet Cover", "Curtain", "Rug", "Throw", "Bathrobe"],
            Adjectives = ["Herringbone", "Washed Linen", "Fisherman", "Waffle", "Meadow", "Winter", "Striped"],
            Made = ["of combed cotton", "of wool from one valley", "in stonewashed linen", "woven on old looms"],
            Good = ["Soft from the first day.", "Dries fast and lasts long.", "Warm without weight."],
            ChoiceName = "Size", Choices = ["Single", "Double", "King"], ChoicePrice = 1200, CheapestPounds = 15, DearestPounds = 120,
        },
        new()
        {
            Code = "STA", Name = "Stationery",
            Nouns = ["Notebook", "Fountain Pen", "Desk Calendar", "Letter Set", "Pencil Case", "Sketchbook", "Ink", "Ruler", "Address Book"],
            Adjectives = ["Dotted", "Travel", "Cartographer's", "Left-handed", "Pocket", "Clothbound", "Archive"],
            Made = ["with paper that takes ink", "bound in grey linen", "in turned brass", "stitched, so that it lies flat"],
            Good = ["Two hundred pages, numbered.", "Writes at the first touch.", "For plans, lists and apologies."],
            ChoiceName = "Colour", Choices = ["Ink", "Rust", "Moss"], CheapestPounds = 4, DearestPounds = 48,
        },
        new()
        {
            Code = "BAG", Name = "Bags",
            Nouns = ["Backpack", "Tote", "Messenger Bag", "Weekender", "Belt Bag", "Laptop Sleeve", "Wash Bag", "Duffel", "Pannier"],
            Adjectives = ["Roll-top", "Waxed", "Commuter", "Canvas", "Night Train", "Featherweight", "Market"],
            Made = ["of waxed canvas", "with storm flaps on every zip", "from recycled sails", "with leather handles"],
            Good = ["Keeps a laptop dry in a downpour.", "Fits under every seat.", "Pockets where hands look for them."],
            ChoiceName = "Colour", Choices = ["Olive", "Navy"], CheapestPounds = 18, DearestPounds = 165,
        },
        new()
        {
            Code = "OUT", Name = "Outdoors",
            Nouns = ["Tent", "Sleeping Bag", "Camp Stove", "Water Bottle", "Hammock", "Head Torch", "Trekking Poles", "Folding Chair", "Cool Box"],
            Adjectives = ["Ridge", "Two-season", "Trail", "Coast", "Basecamp", "Solo", "Northern"],
            Made = ["with taped seams", "in anodised aluminium", "with ripstop nylon", "that packs to the size of a loaf"],
            Good = ["Up in four minutes, also in the dark.", "Tried in a week of rain.", "Light enough to be taken along."],
            ChoiceName = "Size", Choices = ["Regular", "Long"], ChoicePrice = 900, CheapestPounds = 14, DearestPounds = 240,
        },
        new()
        {
            Code = "TOY", Name = "Toys and Games",
            Nouns = ["Building Blocks", "Board Game", "Kite", "Jigsaw", "Train Set", "Marble Run", "Card Game", "Stacking Rings", "Puppet Theatre"],
            Adjectives = ["Harbour", "Rainy Day", "Big Adventure", "Woodland", "Clever", "Giant", "Moonlight"],
            Made = ["of maple from managed woods", "with rules on one page", "in water-based colours", "in a box that is part of the game"],
            Good = ["For two to five, in half an hour.", "From three years on, without an end.", "Loud only when thrown."],
            ChoiceName = "Edition", Choices = ["Classic", "Family"], ChoicePrice = 500, CheapestPounds = 8, DearestPounds = 70,
        },
        new()
        {
            Code = "SPO", Name = "Sports",
            Nouns = ["Running Shoes", "Yoga Mat", "Skipping Rope", "Swim Goggles", "Football", "Kettlebell", "Cycling Gloves", "Tennis Racket", "Foam Roller"],
            Adjectives = ["Tempo", "Sunday League", "Grip", "Interval", "Aero", "Balance", "Club"],
            Made = ["with a natural rubber sole", "without seams that rub", "in a matt finish", "that survives the washing machine"],
            Good = ["For the first kilometre and the fortieth.", "Does not slip.", "Made for every week, not for one season."],
            ChoiceName = "Size", Choices = ["S", "M", "L"], CheapestPounds = 7, DearestPounds = 130,
        },
        new()
        {
            Code = "GAR", Name = "Garden",
            Nouns = ["Watering Can", "Secateurs", "Trowel", "Planter", "Seed Box", "Bird Feeder", "Garden Gloves", "Hose Reel", "Herb Kit"],
            Adjectives = ["Allotment", "Balcony", "Galvanised", "Cottage", "Heirloom", "Patient", "Bee-friendly"],
            Made = ["in galvanised steel", "with ash handles", "of frost-proof terracotta", "forged in one piece"],
            Good = ["Reaches the last row.", "Stays sharp for years.", "Something green within a week."],
            ChoiceName = "Size", Choices = ["Small", "Large"], ChoicePrice = 700, CheapestPounds = 5, DearestPounds = 58,
        },
        new()
        {
            Code = "CLO", Name = "Clothing",
            Nouns = ["T-Shirt", "Overshirt", "Jumper", "Rain Jacket", "Chinos", "Beanie", "Socks", "Cardigan", "Dressing Gown"],
            Adjectives = ["Heavyweight", "Merino", "Workwear", "Breton", "Everyday", "Storm", "Brushed Cotton"],
            Made = ["of organic cotton", "knitted in one piece", "with buttons of corozo nut", "in a straight cut"],
            Good = ["Keeps its shape.", "Warm in the wind, cool in the train.", "Mended free of charge, for ever."],
            ChoiceName = "Size", Choices = ["S", "M", "L", "XL"], CheapestPounds = 8, DearestPounds = 145,
        },
    ];
}
