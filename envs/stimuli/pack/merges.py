"""What the pictures are called, which are one thing, and what else people call it.

Pictures are one concept where a person would say the same of both, by their names or by their looks: a dog and a dog's
face, the twenty-four clock faces, arrows whichever way they point. It was settled from the names and by looking at the
pictures, before any model was tested on them.

Each line of `TABLE` is "name | labels | synonyms". Labels are CLDR's, separated by semicolons; an asterisk stands for
anything, and the first label is the one that gives the concept its emoji. Without labels, the label is the name itself.
Synonyms are separated by commas. A line that begins with blanks continues the one above it. Emoji that are not in the
table keep their label as their name.

Before the table comes one rule: a man doing, a woman doing and a person doing something are the same, whichever way
they face. `SPOILT` are pictures that came out wrong in their package.
"""

from __future__ import annotations

import re
from collections.abc import Collection

GENDERED = re.compile(r"(man|men|woman|women)\b:? (.+)")
FACING = ": facing right"
SPOILT = {("fluent", "face in clouds")}  # its mask is filled: clouds cover the corners


def neutral(label: str, labels: Collection[str]) -> str:
    """The label, among `labels`, of the same picture with a person of no stated gender; else the label itself."""
    label = label.removesuffix(FACING)
    gendered = GENDERED.fullmatch(label)
    if not gendered:
        return label
    rest = gendered[2]
    return next((wording for wording in (f"person {rest}", f"person: {rest}", f"people {rest}", rest)
                 if wording in labels), label)


def entries() -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """The lines of `TABLE`: a name, the labels it takes in (patterns, at least one), and its synonyms."""
    lines = re.sub(r"\n +", " ", TABLE).strip().splitlines()
    cells = [[cell.strip() for cell in line.split("|")] for line in lines if line]
    return [(name, _split(labels, ";") or (name,), _split(synonyms, ",")) for name, labels, synonyms in cells]


def _split(cell: str, separator: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(separator) if part.strip())


TABLE = """
grinning face | grinning face; grinning face with big eyes; grinning face with smiling eyes; grinning squinting face;
    beaming face with smiling eyes | grin, big grin, big smile
grin with sweat | grinning face with sweat | nervous grin, nervous smile
laughing face | face with tears of joy; rolling on the floor laughing | tears of joy, laughter
smiling face | slightly smiling face; smiling face; smiling face with smiling eyes | smiley, smiley face, smile,
    happy face
upside down face | upside-down face | upside down smile
winking face | | wink
face with halo | smiling face with halo | angel face, halo
face with hearts | smiling face with hearts | face in love
heart eyes | smiling face with heart-eyes | heart eyed face
star eyes | star-struck | starry eyes
blowing a kiss | face blowing a kiss | blown kiss
kissing face | kissing face; kissing face with closed eyes; kissing face with smiling eyes | pursed lips
smile with tear | smiling face with tear |
yummy face | face savoring food | licking lips, delicious
face with tongue | face with tongue; winking face with tongue; squinting face with tongue | tongue out,
    face sticking tongue out
zany face | | crazy face, goofy face
money face | money-mouth face | dollar eyes, money eyes
hugging face | smiling face with open hands | hug, jazz hands
hand over mouth | face with hand over mouth; face with open eyes and hand over mouth | giggling face
peeking face | face with peeking eye | peeking through fingers
shushing face | | shush, finger on lips, be quiet
thinking face | | thinking
saluting face | | salute
zipper mouth | zipper-mouth face | zipped lips, sealed lips
raised eyebrow | face with raised eyebrow | skeptical face
neutral face | neutral face; expressionless face | straight face, blank face
mouthless face | face without mouth | no mouth
dotted face | dotted line face |
rolling eyes | face with rolling eyes | eye roll
grimacing face | | grimace, clenched teeth
sighing face | face exhaling | sigh
lying face | | long nose, liar
shaking head | head shaking horizontally; head shaking vertically | nodding head
sleeping face | sleeping face; sleepy face | asleep
drooling face | | drool, drooling
tired eyes | face with bags under eyes | bags under eyes, exhausted face
medical mask | face with medical mask | face mask, masked face
fever face | face with thermometer | sick face, fever
bandaged head | face with head-bandage | head bandage, injured face
nauseated face | | green face, nausea
vomiting face | face vomiting | vomit, throwing up, puking
sneezing face | | sneeze, blowing nose, tissue
cold face | | freezing face
hot face | | overheated face
dizzy face | face with crossed-out eyes; face with spiral eyes | dead face, spiral eyes
exploding head | | mind blown
cowboy face | cowboy hat face | cowboy, cowboy hat
partying face | | party face
disguised face | | disguise, glasses and moustache
cool face | smiling face with sunglasses | face with sunglasses
nerd face | | nerd, face with glasses
face with monocle | | monocle
confused face | confused face; face with diagonal mouth | unsure face
worried face | worried face; anguished face; frowning face with open mouth | concerned face, dismayed face
frowning face | slightly frowning face; frowning face | frown
surprised face | face with open mouth; hushed face; astonished face | surprise, open mouth
flushed face | | blushing face, embarrassed face
pleading face | pleading face; face holding back tears | puppy eyes, begging face
fearful face | fearful face; anxious face with sweat | scared face
crying face | crying face; sad but relieved face | tear on face, crying
sobbing face | loudly crying face | bawling, sobbing, weeping
screaming face | face screaming in fear | scream
confounded face | confounded face; persevering face | frustrated face
sad face | disappointed face; pensive face | sad
downcast face | downcast face with sweat |
weary face | weary face; tired face | distraught face
yawning face | | yawn, yawning
huffing face | face with steam from nose | steaming face
angry face | enraged face; angry face | mad face, anger
swearing face | face with symbols on mouth | cursing face
devil face | smiling face with horns; angry face with horns | devil, demon, imp
skull | | death head, human skull
skull and crossbones | | crossbones, poison
poo | pile of poo | poop, shit, turd, dung
clown face | | clown
ogre | | red monster, oni
goblin | | tengu, red mask
ghost | | spook, phantom
alien | | extraterrestrial, martian
space invader | alien monster |
robot | | android, robot face
grinning cat | grinning cat; grinning cat with smiling eyes | smiling cat, happy cat
laughing cat | cat with tears of joy |
heart eyed cat | smiling cat with heart-eyes | cat in love
smirking cat | cat with wry smile |
kissing cat | |
screaming cat | weary cat | shocked cat
angry cat | pouting cat |
see no evil | see-no-evil monkey | monkey covering eyes
hear no evil | hear-no-evil monkey | monkey covering ears
speak no evil | speak-no-evil monkey | monkey covering mouth
love letter | | envelope with heart
heart with arrow | | cupid, arrow through heart
heart with ribbon | | heart with bow, heart shaped box
beating heart | | heartbeat
two hearts | two hearts; revolving hearts | hearts
heart sign | heart decoration | heart in box
broken heart | | heartbreak
burning heart | heart on fire | flaming heart
bandaged heart | mending heart |
red heart | red heart; heart suit | heart, love, love heart
blue heart | blue heart; light blue heart |
grey heart | | gray heart
kiss mark | | lipstick mark, kiss
one hundred | hundred points | hundred
anger mark | anger symbol |
explosion | collision | bang, boom, blast
circling star | dizzy | dizzy star
sweat drops | sweat droplets | splashing drops, sweat, drops
puff of smoke | dashing away | dash, gust
hole | | pit, black hole
speech bubble | speech balloon; left speech bubble | talk bubble, chat bubble
eye speech bubble | eye in speech bubble |
angry speech bubble | right anger bubble | shout bubble
thought bubble | thought balloon | thinking bubble
sleeping zs | ZZZ | zzz, snoring, sleep
waving hand | | wave hello, hand waving, waving
raised hand | raised hand; raised back of hand; hand with fingers splayed | hand, open hand,
    stop hand, five fingers
outstretched hand | rightwards hand; leftwards hand; palm down hand; palm up hand | reaching hand
pushing hand | rightwards pushing hand; leftwards pushing hand |
ok hand | OK hand | okay hand, perfect
pinched fingers | | italian hand
victory hand | | peace hand, two fingers, peace fingers
crossed fingers | | fingers crossed
finger heart | hand with index finger and thumb crossed | snapping fingers
rock hand | sign of the horns; love-you gesture | rock on, horns hand, devil horns
call me hand | | shaka, hang loose
pointing finger | index pointing up; backhand index pointing left; backhand index pointing right;
    backhand index pointing up; backhand index pointing down | finger, index finger, pointing hand
pointing at you | index pointing at the viewer |
thumbs up | | thumb up, like
thumbs down | | thumb down, dislike
fist | raised fist; oncoming fist; left-facing fist; right-facing fist | punch, clenched fist
clapping hands | | clapping, applause, clap
raised hands | raising hands | hands in air, hooray
heart hands | | hands making heart
open hands | open hands; palms up together | cupped hands, two hands
handshake | | shaking hands
praying hands | folded hands | prayer, hands together
writing hand | | hand writing
nail polish | | painting nails, manicure, fingernails
flexed arm | flexed biceps | biceps, muscle, strong arm, arm
robot arm | mechanical arm | prosthetic arm
robot leg | mechanical leg | prosthetic leg
leg | | bent leg, knee
foot | | bare foot
hearing aid | ear with hearing aid |
anatomical heart | | human heart, real heart
lungs | | lung
tooth | | molar
bone | | dog bone
eyes | | pair of eyes
eye | | eyeball
mouth | | lips
biting lip | | bitten lip
baby | | infant
child | child; boy; girl | kid
person | person; man; woman; person: curly hair | human, adult, human face, guy, lady
old person | older person; old man; old woman; person: white hair | grandfather, grandmother, grandpa, grandma, elder
blond person | person: blond hair | blonde
bearded person | person: beard | beard
red haired person | person: red hair | redhead, red hair
bald person | person: bald | bald head
frowning person | person frowning; person pouting | pouting person
gesturing no | person gesturing NO | crossed arms
gesturing ok | person gesturing OK | arms over head
deaf person | deaf person; deaf man; deaf woman | pointing at ear
tipping hand | person tipping hand | information desk person
person raising hand | | hand raised
bowing | person bowing | person apologizing
facepalm | person facepalming | facepalming
shrug | person shrugging | shrugging
doctor | health worker | nurse, physician
student | | graduate
teacher | | professor
farmer | | gardener
cook | | chef
mechanic | | plumber, repairman
factory worker | | welder
office worker | | businessman, businesswoman, business person, manager
scientist | | chemist
programmer | technologist | person with laptop, computer user
singer | | rock star
artist | | painter
pilot | | airplane captain
astronaut | | spaceman, cosmonaut
firefighter | | fireman
police officer | | policeman, policewoman, cop
detective | | spy, sleuth
guard | | royal guard, british guard
construction worker | | builder, hard hat
royal person | person with crown; prince; princess | king, queen
turban | person wearing turban |
skullcap | person with skullcap | chinese cap
headscarf | woman with headscarf | hijab
groom | person in tuxedo | tuxedo
bride | person with veil | veil
pregnant person | pregnant woman; pregnant man; pregnant person | pregnancy, pregnant
feeding baby | person feeding baby; breast-feeding | breastfeeding, nursing
angel | baby angel | cherub
santa claus | Santa Claus; Mrs. Claus; Mx Claus | santa, father christmas
superhero | | hero, superman
supervillain | | villain
wizard | mage | witch, sorcerer, magician
vampire | | dracula
mermaid | mermaid; merman; merperson |
genie | | djinn
zombie | | undead
head massage | person getting massage | massage
haircut | person getting haircut | hairdresser
walking | person walking | walker, pedestrian, walk
standing | person standing |
kneeling | person kneeling |
walking with cane | person with white cane | blind person
person in wheelchair | person in manual wheelchair; person in motorized wheelchair | wheelchair user
running | person running | runner, jogger, jogging, run
woman dancing | | flamenco dancer, dancer, dancing woman
man dancing | | disco dancer, dancing man
levitating man | person in suit levitating | man in suit
bunny ears | people with bunny ears | dancing girls
sauna | person in steamy room | steam room
climbing | person climbing | climber, rock climbing
fencing | person fencing | fencer, sword fighter
horse racing | | jockey, horse rider, racehorse
skier | | skiing
snowboarder | | snowboarding
golfing | person golfing | golfer, golf
surfing | person surfing | surfer
rowing boat | person rowing boat | rower, rowing, rowboat
swimming | person swimming | swimmer
bouncing ball | person bouncing ball | basketball player, dribbling
weight lifting | person lifting weights | weightlifter, barbell, lifting weights
cycling | person biking | cyclist, biking, bicyclist, bike rider
mountain biking | person mountain biking | mountain biker
cartwheel | person cartwheeling | gymnast, handstand
wrestling | people wrestling | wrestlers
water polo | person playing water polo |
handball | person playing handball | handball player
juggling | person juggling | juggler
meditating | person in lotus position | meditation, yoga, lotus position
taking a bath | person taking bath | bathing, person in bathtub
person in bed | | sleeping person
holding hands | people holding hands; woman and man holding hands | couple
kissing couple | kiss; kiss: * | couple kissing
couple with heart | couple with heart; couple with heart: * | couple in love, lovers
family | family; family: * | parents and children
speaking head | | talking head, talking, shouting head
silhouette | bust in silhouette | user, head and shoulders
two silhouettes | busts in silhouette | users
hugging people | people hugging | hugging
footprints | | footsteps, feet
fingerprint | | thumbprint
monkey | monkey; monkey face | ape, chimpanzee
gorilla | |
dog | dog; dog face | puppy, hound
guide dog | guide dog; service dog | dog on leash
raccoon | | racoon
cat | cat; cat face | kitten, kitty
lion | | lion face
tiger | tiger; tiger face |
leopard | | cheetah, jaguar
horse | horse; horse face | pony
moose | | elk
donkey | | mule
deer | | stag, reindeer, doe
bison | | buffalo
cow | cow; cow face | cattle
ox | | bull
pig | pig; pig face | hog, swine
boar | | wild boar, warthog
pig nose | | snout, pig snout
sheep | ewe; ram | lamb
goat | | billy goat
camel | camel; two-hump camel | dromedary
llama | | alpaca
rhinoceros | | rhino
hippopotamus | | hippo
mammoth | | woolly mammoth
mouse | mouse; mouse face |
rabbit | rabbit; rabbit face | bunny, hare
chipmunk | | squirrel
hedgehog | | porcupine
bear | | bear face, brown bear
koala | | koala bear
panda | | panda bear
paw prints | | paws, paw print, paw
chicken | | hen
rooster | | cock, cockerel
hatching chick | | chick in egg
chick | baby chick; front-facing baby chick |
bird | | songbird
dove | | pigeon
eagle | | hawk
parrot | | macaw
wing | | bird wing
black bird | | crow, raven, blackbird
phoenix | | firebird
frog | | toad
crocodile | | alligator
turtle | | tortoise
lizard | | gecko
snake | | serpent
dragon | dragon; dragon face |
brontosaurus | sauropod | dinosaur, brachiosaurus, long necked dinosaur
tyrannosaurus | T-Rex | tyrannosaurus rex
whale | whale; spouting whale |
seal | | sea lion
tropical fish | | angelfish
pufferfish | blowfish |
shell | spiral shell | seashell, sea shell
shrimp | | prawn
oyster | | clam
caterpillar | bug |
bee | honeybee | bumblebee, wasp, honey bee
ladybug | lady beetle | ladybird
cricket | | grasshopper
cobweb | spider web | spiderweb
fly | | housefly
worm | | earthworm
microbe | | germ, bacteria, virus
bouquet | | bunch of flowers, flowers
white flower | | flower stamp
lotus | | water lily, lotus flower
rosette | | orange flower
rose | | red rose
wilted flower | | wilted rose, dying flower
hibiscus | | pink flower, tropical flower
flower | blossom | daisy
seedling | | sprout, sapling
potted plant | | house plant, houseplant
evergreen tree | | pine tree, fir, fir tree, pine, conifer, spruce
tree | deciduous tree | oak tree, oak, leafy tree
palm tree | | palm
cactus | | saguaro
sheaf of rice | | wheat, rice plant, grain
herb | | leaves, twig, plant
four leaf clover | | lucky clover
shamrock | | clover, three leaf clover
maple leaf | | red leaf
fallen leaf | | autumn leaf, dead leaf, brown leaf
leaf in wind | leaf fluttering in wind | leaf, green leaf
nest | empty nest; nest with eggs | bird nest, eggs in nest
mushroom | mushroom; brown mushroom | toadstool
bare tree | leafless tree | dead tree
grapes | | bunch of grapes
melon | | cantaloupe
watermelon | | watermelon slice
orange | tangerine | mandarin
apple | red apple; green apple |
kiwi fruit | | kiwi
blueberries | | blueberry, berries
cherries | | cherry
olive | | olives
eggplant | | aubergine
corn | ear of corn | corn cob, sweetcorn, maize
chili pepper | hot pepper | chili, red pepper
bell pepper | | green pepper, capsicum
cucumber | | pickle
lettuce | leafy green | cabbage
garlic | | garlic bulb
peanuts | | peanut
beans | | kidney beans
ginger | ginger root |
peas | pea pod | pea
radish | root vegetable | turnip, beet
bread | | loaf, loaf of bread, toast
baguette | baguette bread | french bread
pancakes | | pancake, stack of pancakes
waffle | | waffles
cheese | cheese wedge | piece of cheese
meat on bone | | ham, meat
chicken leg | poultry leg | drumstick, chicken drumstick
steak | cut of meat | raw meat, beef
bacon | | bacon strips
hamburger | | burger, cheeseburger
french fries | | fries, chips
pizza | | slice of pizza, pizza slice
hot dog | | hotdog, sausage
kebab | stuffed flatbread | pita, gyro
falafel | | meatballs
fried egg | cooking | frying pan, egg in pan
pan of food | shallow pan of food | paella
pot of food | | stew, soup, pot
bowl with spoon | | bowl
salad | green salad |
canned food | | can, tin can, tin
salt | | salt shaker
bento box | | bento, lunch box
rice ball | | onigiri
rice bowl | cooked rice | bowl of rice, rice
curry rice | | curry
noodle bowl | steaming bowl | noodles, ramen, bowl of noodles, noodle soup
spaghetti | | pasta
sweet potato | roasted sweet potato | yam
skewer | oden |
fish cake | fish cake with swirl |
moon cake | | mooncake
dumpling | | dumplings
takeout box | | chinese takeout
shaved ice | | snow cone
ice cream | ice cream; soft ice cream | ice cream cone, soft serve, sundae, bowl of ice cream
doughnut | | donut
cookie | | biscuit, chocolate chip cookie
birthday cake | | cake, cake with candles
slice of cake | shortcake | cake slice, piece of cake
cupcake | | muffin
chocolate bar | | chocolate, bar of chocolate
candy | | sweet, wrapped candy
lollipop | | lolly, sucker
custard | | pudding, flan
honey pot | | honey
baby bottle | | feeding bottle
glass of milk | | milk, glass, glass of water
coffee | hot beverage | cup of coffee, coffee cup, hot drink, cup, mug, hot chocolate
teapot | | tea pot, kettle
cup of tea | teacup without handle | tea, green tea, teacup
sake | | sake bottle
champagne bottle | bottle with popping cork | champagne, bottle
wine glass | | glass of wine, wine, goblet, red wine
cocktail glass | | martini glass, martini, cocktail
tropical drink | | fruity drink
beer mug | | beer, mug of beer, pint of beer, pint
clinking beer mugs | | beers, two beers
clinking glasses | | champagne glasses, toasting glasses
whiskey glass | tumbler glass | whisky, whiskey
cup with straw | | soda, soft drink, paper cup
bubble tea | | boba
juice box | beverage box |
mate | | gourd
ice cube | ice |
plate and cutlery | fork and knife with plate | plate, dinner plate, place setting
fork and knife | | knife and fork, cutlery, fork
kitchen knife | | knife, chef knife
jar | | glass jar
amphora | | vase, greek vase
globe | globe showing Europe-Africa; globe showing Americas; globe showing Asia-Australia | earth, world, planet earth
globe with meridians | | wire globe, internet
world map | | map
map of japan | map of Japan | japan
mountain | mountain; snow-capped mountain; mount fuji | mountain peak, snowy mountain, peak
volcano | | erupting volcano
tent | camping; tent | campsite
beach umbrella | beach with umbrella; umbrella on ground | parasol, beach
desert island | | tropical island, island
national park | | park, river valley
stadium | | arena
bank | bank; classical building | courthouse, museum, temple, greek temple, parthenon
construction crane | building construction | crane
brick | | bricks, brick wall
rock | | stone, boulder
wood | | log, tree trunk
hut | | grass hut, thatched hut
houses | | village, neighborhood
ruined house | derelict house | abandoned house, haunted house
house | house; house with garden | home, cottage
office building | | office, skyscraper
post office | post office; Japanese post office |
hospital | | clinic
convenience store | | shop, store
school | | schoolhouse
department store | | shopping mall
factory | | power plant, industrial plant
japanese castle | Japanese castle | pagoda
wedding chapel | wedding |
tokyo tower | Tokyo tower | eiffel tower, radio tower
statue of liberty | Statue of Liberty | liberty statue
church | | chapel
shinto shrine | | torii, torii gate
kaaba | | mecca
foggy city | foggy |
city at night | night with stars | night sky
city | cityscape | skyline, skyscrapers
city at sunset | cityscape at dusk; sunset |
sunrise | sunrise; sunrise over mountains | sun over water, rising sun
bridge | bridge at night |
hot springs | | steam
carousel horse | | carousel, merry go round
slide | playground slide |
ferris wheel | | big wheel
roller coaster | | rollercoaster
circus tent | | circus, big top
steam train | locomotive | steam engine, steam locomotive
railway car | | train car, railway carriage
bullet train | bullet train; high-speed train | high speed train
train | train; light rail | train front
subway train | metro | subway, underground
train station | station | railway station
tram | tram; tram car | streetcar, trolley
mountain railway | | mountain train
bus | bus; oncoming bus | coach
minibus | | van, minivan
fire engine | | fire truck
police car | police car; oncoming police car | cop car
taxi | taxi; oncoming taxi | cab, taxicab
car | automobile; oncoming automobile | auto
suv | sport utility vehicle | jeep
pickup truck | | pickup
truck | delivery truck; articulated lorry | lorry, semi truck, tractor trailer
racing car | | race car, formula one car
motorcycle | | motorbike
motor scooter | | moped, vespa
wheelchair | manual wheelchair; motorized wheelchair | electric wheelchair
auto rickshaw | | rickshaw, tuk tuk
bicycle | | bike, push bike
kick scooter | | scooter
skateboard | | longboard
roller skate | | rollerskate
highway | motorway | road, freeway
railway track | | railroad, train tracks, railroad track
oil drum | | barrel, oil barrel
gas pump | fuel pump | petrol pump, petrol station, gas station
wheel | | wagon wheel, tire
siren | police car light | alarm light
traffic light | vertical traffic light; horizontal traffic light | stoplight, traffic lights, traffic signal
stop sign | | octagon, red octagon
construction barrier | construction | road barrier, barricade, roadblock
anchor | | ship anchor
life ring | ring buoy | lifebuoy, life preserver, lifebelt
sailboat | | sailing boat, yacht, sail boat, sailing ship
canoe | | kayak
speedboat | speedboat; motor boat | boat
ship | ship; passenger ship; ferry | cruise ship, ocean liner, steamship
airplane | airplane; small airplane; airplane departure; airplane arrival | plane, aeroplane, jet, aircraft,
    propeller plane, biplane
parachute | | skydiving, parachutist
seat | | airplane seat
helicopter | | chopper
cable car | mountain cableway; aerial tramway | gondola
satellite | | space satellite
rocket | | spaceship, rocket ship, space rocket
flying saucer | | ufo, alien ship
service bell | bellhop bell | reception bell, desk bell
suitcase | luggage | baggage
hourglass | hourglass done; hourglass not done | sand timer, egg timer, sandglass
watch | | wristwatch, wrist watch
stopwatch | | stop watch
kitchen timer | timer clock | timer
mantel clock | mantelpiece clock |
clock | *o’clock; *-thirty | clock face, wall clock, time
new moon | | dark moon
crescent moon | crescent moon; waxing crescent moon; waning crescent moon | crescent, moon
half moon | first quarter moon; last quarter moon |
gibbous moon | waxing gibbous moon; waning gibbous moon |
crescent moon face | first quarter moon face; last quarter moon face | moon with face
dark moon face | new moon face |
sun | | sunshine
ringed planet | | saturn, planet
star | | yellow star, gold star, five pointed star
glowing star | | shining star
shooting star | | falling star
milky way | | galaxy
sun behind cloud | sun behind cloud; sun behind small cloud; sun behind large cloud | partly cloudy, sun and cloud
sunny rain cloud | sun behind rain cloud | sun and rain
rain cloud | cloud with rain | rain, raining
snow cloud | cloud with snow | snowing, snow
thundercloud | cloud with lightning; cloud with lightning and rain | thunderstorm, storm cloud, storm
tornado | | whirlwind, twister
wind face | | blowing wind, wind
spiral | cyclone | swirl, whirlpool
umbrella | umbrella; umbrella with rain drops | open umbrella
closed umbrella | | folded umbrella
lightning bolt | high voltage | lightning, thunderbolt
snowflake | | ice crystal
snowman | snowman; snowman without snow |
comet | | meteor
fire | | flame, flames
droplet | | drop, water drop, raindrop, water
wave | water wave | ocean wave, sea wave
pumpkin | jack-o-lantern | halloween pumpkin, jack o lantern, carved pumpkin
christmas tree | Christmas tree | decorated tree, xmas tree
fireworks | fireworks; sparkler | firework
firecracker | | dynamite
sparkles | | twinkles
balloon | | red balloon
party popper | | confetti
streamer ball | confetti ball | kusudama
bamboo tree | tanabata tree | bamboo
pine decoration | | kadomatsu
japanese dolls | Japanese dolls | hina dolls
carp streamer | | fish kite, koinobori, wind sock
moon viewing | moon viewing ceremony |
red envelope | | lucky money
ribbon | | bow, hair bow, red bow
gift | wrapped gift | present, gift box
awareness ribbon | reminder ribbon | yellow ribbon
ticket | ticket; admission tickets | tickets
military medal | | war medal
trophy | | gold cup, award
gold medal | 1st place medal; sports medal | medal, first place
silver medal | 2nd place medal | second place
bronze medal | 3rd place medal | third place
soccer ball | | football ball, soccer
american football | | gridiron
rugby football | | rugby ball, rugby
tennis | | tennis ball, tennis racket
frisbee | flying disc |
bowling | | bowling ball, bowling pins
cricket bat | cricket game |
hockey stick | field hockey; ice hockey | hockey, hockey puck
lacrosse | | lacrosse stick
ping pong | | table tennis, ping pong paddle
badminton | | shuttlecock, badminton racket
boxing glove | | boxing
judo uniform | martial arts uniform | karate uniform, judo, karate
goal net | | goal, soccer goal
golf hole | flag in hole | golf flag
ice skate | | skate, ice skating
fishing rod | fishing pole | fishing
diving mask | | snorkel, scuba mask
tank top | running shirt | vest
skis | | ski, ski boot
sled | | sledge, sleigh, toboggan
curling stone | | curling
target | bullseye | dartboard, bulls eye
yoyo | yo-yo | yo yo
water pistol | | gun, squirt gun, water gun, pistol
billiard ball | pool 8 ball | eight ball, pool ball
crystal ball | | fortune teller ball
game controller | video game | gamepad
slot machine | | fruit machine
die | game die | dice
puzzle piece | | jigsaw piece, jigsaw
teddy bear | | teddy
pinata | piñata |
disco ball | mirror ball |
nesting dolls | | russian doll, matryoshka
spade | spade suit |
diamond suit | | red diamond
club | club suit |
chess pawn | | pawn, chess piece
joker | | joker card
mahjong tile | mahjong red dragon |
flower cards | flower playing cards | playing card, hanafuda
theater masks | performing arts | masks, drama masks
framed picture | | painting, picture, picture frame
artist palette | | palette, paint palette
thread | | spool of thread, spool, sewing thread
needle | sewing needle | needle and thread
yarn | | ball of yarn, wool
knot | | rope
glasses | | eyeglasses, spectacles
sunglasses | | shades, dark glasses
goggles | | safety goggles
lab coat | | white coat
safety vest | | high visibility vest
necktie | | tie
shirt | t-shirt | t shirt, tee shirt
jeans | | trousers, pants
coat | | jacket
dress | | gown
kimono | | robe
swimsuit | one-piece swimsuit | bathing suit
briefs | | underpants, underwear
shorts | | swim trunks
blouse | woman’s clothes |
hand fan | folding hand fan | folding fan, fan
purse | | coin purse
handbag | | hand bag
clutch bag | | pouch
shopping bags | | shopping bag
backpack | | rucksack, school bag
flip flop | thong sandal | flip flops
shoe | man’s shoe | dress shoe
sneaker | running shoe | trainer, tennis shoe
hiking boot | |
flat shoe | | ballet flat
high heel | high-heeled shoe | high heels, stiletto
sandal | woman’s sandal |
ballet shoes | | ballet slippers
boot | woman’s boot |
hair pick | | comb, afro pick
crown | | royal crown
sun hat | woman’s hat | straw hat, hat
graduation cap | | mortarboard
cap | billed cap | baseball cap
military helmet | | army helmet
rescue helmet | rescue worker’s helmet | helmet
prayer beads | | rosary, necklace, bead necklace
ring | | diamond ring, engagement ring
gem | gem stone | diamond, jewel, gemstone
muted speaker | | mute
speaker | speaker low volume; speaker medium volume; speaker high volume | volume, sound
megaphone | megaphone; loudspeaker | bullhorn
postal horn | | post horn, french horn, bugle
bell | | church bell
crossed out bell | bell with slash | silenced bell
musical score | | sheet music, treble clef
musical note | musical note; musical notes | music note, note, eighth note, quaver, music, music notes, notes
slider | level slider |
control knobs | | knobs, dials
microphone | microphone; studio microphone | mic, podcast microphone
headphones | headphone | headset
radio | | boombox
accordion | | concertina
guitar | | electric guitar
piano keys | musical keyboard | piano
violin | | fiddle, cello
drum | | snare drum
hand drum | long drum | bongo
maracas | | rattles
flute | | recorder
mobile phone | mobile phone; mobile phone with arrow | cell phone, smartphone, cellphone, iphone
telephone | | phone, landline
telephone receiver | | handset
pager | | beeper
fax machine | | fax
low battery | | empty battery
plug | electric plug | power plug
laptop | | laptop computer, notebook computer
computer | desktop computer | pc, monitor
keyboard | | computer keyboard
computer mouse | | pc mouse
minidisc | computer disk |
floppy disk | | diskette, save icon
compact disc | optical disk; dvd | disc, cd
abacus | | counting frame
movie camera | | film camera
film strip | film frames | filmstrip
film projector | | movie projector, projector
clapperboard | clapper board | movie clapper
television | | tv, tv set, television set
camera | camera; camera with flash | photo camera
video camera | | camcorder
video cassette | videocassette | videotape, vhs tape
magnifying glass | magnifying glass tilted left; magnifying glass tilted right | magnifier, loupe
light bulb | | lightbulb, bulb
flashlight | | torch
paper lantern | red paper lantern | lantern, chinese lantern
oil lamp | diya lamp | diya
book | closed book; green book; blue book; orange book | red book
open book | | reading book
books | | stack of books, pile of books
notebook | notebook; notebook with decorative cover; ledger |
page | page facing up; page with curl | document, sheet of paper, paper
scroll | | parchment
bookmark tabs | | tabbed pages
tag | label | price tag, luggage tag
coin | | gold coin
money bag | | bag of money, sack of money
banknotes | yen banknote; dollar banknote; euro banknote; pound banknote | banknote, money, cash, bills, dollars,
    dollar bill
flying money | money with wings |
credit card | | bank card
receipt | | bill
envelope | envelope; e-mail; incoming envelope; envelope with arrow | letter, mail, email
inbox tray | inbox tray; outbox tray | tray
package | | parcel, box, cardboard box
mailbox | closed mailbox with raised flag; closed mailbox with lowered flag; open mailbox with raised flag;
    open mailbox with lowered flag | letter box
postbox | | post box, pillar box
ballot box | ballot box with ballot | voting box
pen nib | black nib | nib
pen | pen; fountain pen | ballpoint pen, biro, ink pen
paintbrush | | paint brush
crayon | | wax crayon
memo | | paper and pencil
briefcase | | attache case
folder | file folder; open file folder | open folder
index dividers | card index dividers |
calendar | calendar; tear-off calendar; spiral calendar | date
notepad | spiral notepad |
rolodex | card index |
rising chart | chart increasing; chart increasing with yen | line graph, graph
falling chart | chart decreasing | declining graph
bar chart | | bar graph, chart
pushpin | | thumbtack, drawing pin, tack
map pin | round pushpin | pin
paperclip | paperclip; linked paperclips | paper clip
ruler | straight ruler |
set square | triangular ruler |
scissors | | pair of scissors
card file box | | card box
file cabinet | | filing cabinet
trash can | wastebasket | waste basket, garbage can, rubbish bin, bin
padlock | locked; locked with pen; locked with key | lock, closed lock
open padlock | unlocked | open lock
key | key; old key |
axe | | hatchet, ax
pickaxe | pick |
hammer and pick | | crossed hammers
crossed swords | | swords
dagger | | sword
bomb | | cartoon bomb
bow and arrow | | archery, crossbow
saw | carpentry saw | handsaw
wrench | | spanner
nut and bolt | | bolt, screw
gear | | cog, cogwheel
clamp | | vise
scales | balance scale | balance, weighing scales
white cane | | cane
chain link | link |
chains | | chain
hook | | fish hook
toolbox | | tool box
magnet | | horseshoe magnet
ladder | | step ladder
shovel | | spade shovel
flask | alembic | retort, chemistry flask
test tube | | vial
petri dish | | bacteria culture
dna | | double helix
satellite dish | satellite antenna | dish antenna
syringe | | injection, vaccine
blood drop | drop of blood | blood
pill | | capsule, medicine, tablet
bandage | adhesive bandage | band aid, sticking plaster
x ray | x-ray | skeleton, xray
door | | doorway
elevator | | lift
bed | | single bed
couch | couch and lamp | sofa
chair | | wooden chair
toilet | | lavatory
bathtub | | bath, tub
lotion bottle | | shampoo, soap dispenser
toothbrush | | tooth brush
broom | | brush
basket | | wicker basket
toilet paper | roll of paper | toilet roll
bucket | | pail
soap | | bar of soap
bubbles | | soap bubbles
shopping cart | | shopping trolley
cigarette | | smoking
headstone | | gravestone, tombstone, grave
funeral urn | | urn, pot with lid
evil eye | nazar amulet | nazar
hamsa | | hand amulet
moai | | easter island statue, stone head
sign post | placard | placard, picket sign, wooden sign
id card | identification card | identity card
atm sign | ATM sign | cash machine
litter sign | litter in bin sign | throwing away trash
drinking water sign | potable water | tap water
wheelchair sign | wheelchair symbol | disabled sign
mens room | men’s room | mens toilet
womens room | women’s room | ladies room
restroom | | restroom sign
baby sign | baby symbol |
water closet | | wc
passport control | passport control; customs | immigration
baggage claim | baggage claim; left luggage | luggage claim
warning sign | warning | caution, danger sign
children crossing | | school crossing
no entry | | do not enter
prohibited | | forbidden, not allowed, ban
adults only | no one under eighteen | over eighteen
radioactive | | radiation, nuclear
arrow | right arrow; left arrow; up arrow; down arrow; up-right arrow; down-right arrow; down-left arrow;
    up-left arrow; up-down arrow; left-right arrow; BACK arrow; END arrow; ON! arrow; SOON arrow; TOP arrow | arrow sign
curved arrow | right arrow curving left; left arrow curving right; right arrow curving up; right arrow curving down |
    bent arrow
circling arrows | clockwise vertical arrows; counterclockwise arrows button; repeat button; repeat single button |
    repeat, refresh
shuffle | shuffle tracks button | crossing arrows
place of worship | | kneeling under roof
atom | atom symbol |
star of david | star of David; dotted six-pointed star | six pointed star
dharma wheel | wheel of dharma | ship wheel
cross | latin cross | crucifix
menorah | | candelabra
peace sign | peace symbol |
zodiac | Aries; Taurus; Gemini; Cancer; Leo; Virgo; Libra; Scorpio; Sagittarius; Capricorn; Aquarius; Pisces;
    Ophiuchus | zodiac sign, star sign
play button | play button; reverse button; upwards button; downwards button | play
fast forward | fast-forward button; fast reverse button; fast up button; fast down button | rewind
skip track | next track button; last track button | skip
play pause | play or pause button |
pause button | | pause
stop button | | stop
record button | | record
eject button | | eject
cinema sign | cinema |
brightness | bright button; dim button | dim sun
signal bars | antenna bars | signal strength
wifi | wireless | wireless signal
vibrating phone | vibration mode |
phone off | mobile phone off |
female sign | | venus symbol, female symbol
male sign | | mars symbol, male symbol
plus | | plus sign, addition
minus | | minus sign, subtraction
division sign | divide | division
equals sign | heavy equals sign | equals
infinity | | infinity sign
interrobang | exclamation question mark |
question mark | red question mark; white question mark |
exclamation mark | red exclamation mark; white exclamation mark; double exclamation mark | exclamation point
heart exclamation | |
wavy line | wavy dash | squiggle
currency exchange | | money exchange
dollar sign | heavy dollar sign |
medical symbol | | staff of asclepius, caduceus
recycling | recycling symbol | recycle
trident | trident emblem | pitchfork
beginner mark | Japanese symbol for beginner |
red ring | hollow red circle | red hoop
check mark | check mark; check mark button; check box with check | tick, checkmark
cross mark | cross mark; cross mark button; multiply | letter x, multiplication sign
loop | curly loop; double curly loop | curl
alternation mark | part alternation mark |
asterisk | eight-spoked asterisk; sparkle |
eight pointed star | eight-pointed star | starburst
splatter | | splat, splash, paint splash
number button | keycap: *; input numbers | keycap, number, digit
letter button | input latin letters; input latin uppercase; input latin lowercase; input symbols; * button (blood type);
    circled M; CL button; COOL button; FREE button; ID button; NEW button; NG button; OK button; P button; SOS button;
    UP! button; VS button | letters, word button, lettered button
information | | info, information sign
japanese button | Japanese “*” button | japanese character, kanji
black square | black large square; black medium square; black medium-small square; black small square |
white square | white large square; white medium square; white medium-small square; white small square |
orange diamond | large orange diamond; small orange diamond |
blue diamond | large blue diamond; small blue diamond |
red triangle | red triangle pointed up; red triangle pointed down | triangle
diamond with dot | diamond with a dot |
framed square | white square button; black square button | square button
checkered flag | chequered flag | racing flag, chess flag
red flag | triangular flag | pennant
crossed flags | | two flags
rainbow flag | | pride flag
pirate flag | | jolly roger
"""
