"""The commands a formula may hold once macros are expanded and gaps are mended: an allowlist.

The names are what math-core 0.9 understands, without those that define or colour. A newer converter that learns a
dangerous command changes nothing here. Not here: what we mend before (``tex_mend``).
"""

from __future__ import annotations

ALLOWED = frozenset(
    "\\" + name
    for name in """
AA aa acute AE ae alef alefsym aleph Alpha alpha amalg And angl angle angln approx approxcolon approxcoloncolon
approxeq arccos arcctg arceq arcsin arctan arctg arg argmax argmin ascnode ast asymp atop awint backepsilon
backprime backsim backsimeq backslash bar barwedge Bbb Bbbk bcancel because begin begingroup Beta beta beth
between bf Big big bigcap bigcirc bigcup bigcupdot bigdoublevee bigdoublewedge Bigg bigg Biggl biggl Biggm biggm
Biggr biggr Bigl bigl Bigm bigm bigodot bigoplus bigotimes Bigr bigr bigsqcap bigsqcup bigstar bigtimes
bigtriangledown bigtriangleup biguplus bigvee bigwedge binom blacklozenge blacksquare blacktriangle
blacktriangledown blacktriangleleft blacktriangleright bm bmod bold boldsymbol bot botdoteq bowtie Box boxdot
boxed boxminus boxplus boxtimes Bra bra brace brack Braket braket breve bull bullet Bumpeq bumpeq c cal cancel
Cap cap cdot cdotp cdots cfrac ch check checkmark Chi chi choose circ circeq circlearrowleft circlearrowright
circledast circledcirc circleddash circledR circledS cirfnint clubs clubsuit cnums colon Colonapprox colonapprox
coloncolon coloncolonapprox coloncolonequals coloncolonminus coloncolonsim Colondash colondash Coloneq coloneq
Coloneqq coloneqq colonequals colonminus Colonsim colonsim complement Complex cong coprod copyright cos cosec
cosh cot cotg coth cramped csc ctg cth Cup cup curlyeqprec curlyeqsucc curlyvee curlywedge curvearrowleft
curvearrowright dag Dagger dagger daleth Darr dArr darr Dashcolon dashcolon dashleftarrow dashrightarrow dashv
dbinom dblcolon ddag ddagger ddddot dddot ddot ddots deg degree Delta delta det dfrac diagdown diagup Diamond
diamond diamonds diamondsuit digamma dim displaylimits displaystyle div divideontimes dot Doteq doteq doteqdot
dotplus dots dotsminusdots doublebarwedge doublecap doublecup Downarrow downarrow downdownarrows downharpoonleft
downharpoonright ell emph empty emptyset end endgroup enspace Epsilon epsilon eqcirc Eqcolon eqcolon eqdef
Eqqcolon eqqcolon eqref eqsim eqslantgtr eqslantless equalscolon equalscoloncolon equiv erf erfc Eta eta eth
exist exists exp fallingdotseq fbox fcmp fint Finv flat footnotesize forall frac frak frown Game Gamma gamma gcd
ge genfrac geq geqq geqslant gets gg ggg gggtr gimel gnapprox gneq gneqq gnsim grave gt gtrapprox gtrdot
gtreqless gtreqqless gtrless gtrsim gvertneqq H Harr hArr harr hat hbar hdashline hearts heartsuit hline hom
hookleftarrow hookrightarrow hphantom hskip hslash hspace Huge huge i iddots idotsint iff iiiint iiint iint Im
image imageof imath impliedby implies in inf infin infty injlim int intBar intbar intclockwise intercal Iota
iota isin it j jmath Join Kappa kappa ker kern kernelcontraction Ket ket L l label Lambda lambda land lang
lAngle langle LARGE Large large Larr lArr larr lBrace lbrace lbrack lceil ldotp ldots le leadsto left Leftarrow
leftarrow leftarrowtail leftharpoondown leftharpoonup leftleftarrows Leftrightarrow leftrightarrow
leftrightarrows leftrightharpoons leftrightsquigarrow leftthreetimes leq leqq leqslant lessapprox lessdot
lesseqgtr lesseqqgtr lessgtr lesssim lfloor lg lgroup lhd lightning lim liminf limits limsup ll llangle
llbracket llcorner Lleftarrow lll llless llparenthesis lmoustache ln lnapprox lneq lneqq lnot lnsim log
Longleftarrow longleftarrow Longleftrightarrow longleftrightarrow longmapsto Longrightarrow longrightarrow
looparrowleft looparrowright lor lozenge lparen lq Lrarr lrArr lrarr lrcorner Lsh lt ltimes lVert lvert
lvertneqq maltese mapsto mathbb mathbf mathbin mathcal mathchoice mathclose mathfrak mathinner mathit mathop
mathopen mathord mathpunct mathrel mathring mathrm mathscr mathsf mathsterling mathstrut mathtt max measeq
measuredangle medspace mho mid middle min minuscolon minuscoloncolon minuso mkern mod models mp mskip mspace Mu
mu multimap N nabla natnums natural ncong ne nearrow neg negmedspace negthickspace negthinspace neq nequiv
newline nexists ngeq ngeqq ngeqslant ngtr ngtrless ngtrsim ni nLeftarrow nleftarrow nLeftrightarrow
nleftrightarrow nleq nleqq nleqslant nless nlessgt nlesssim nmid nobreakspace nolimits nonumber normalsize not
notag notin notni nparallel nprec npreceq nRightarrow nrightarrow nsim nsubset nsubseteq nsubseteqq nsucc
nsucceq nsupset nsupseteq nsupseteqq ntriangleleft ntrianglelefteq ntriangleright ntrianglerighteq Nu nu nVDash
nVdash nvDash nvdash nwarrow O o odot OE oe oiiint oiint oint ointctrclockwise Omega omega Omicron omicron
ominus operatorname operatornamewithlimits oplus origof oslash otimes over overbrace overbracket overgroup
overleftarrow overleftharpoon overleftrightarrow overline overparen Overrightarrow overrightarrow
overrightharpoon overset owns P parallel partial perp phantom phase Phi phi Pi pi pitchfork plim plusmn pm pmod
pod pounds Pr prec precapprox preccurlyeq preceq precnapprox precneqq precnsim precsim prescript prime prod
projlim propto Psi psi qquad quad questeq R r raisebox rang rAngle rangle Rarr rArr rarr ratio rBrace rbrace
rbrack rceil Re real Reals reals relax restriction rfloor rgroup rhd Rho rho right Rightarrow rightarrow
rightarrowtail rightharpoondown rightharpoonup rightleftarrows rightleftharpoons rightrightarrows
rightsquigarrow rightthreetimes risingdotseq rm rmoustache rparen rq rrangle rrbracket Rrightarrow rrparenthesis
Rsh rtimes rupee rVert rvert S scriptscriptstyle scriptsize scriptstyle searrow sec sect Set set setminus sf sh
sharp shoveleft shoveright sideset Sigma sigma sim Simcolon simcolon simcoloncolon simeq sin sinh sixptsize
slashed small smile sout space spades spadesuit sphericalangle sqcap sqcup sqrt sqsubset sqsubseteq sqsupset
sqsupseteq square ss stackrel star stareq sub sube Subset subset subseteq subseteqq subsetneq subsetneqq succ
succapprox succcurlyeq succeq succnapprox succneqq succnsim succsim sum sumint sup supe Supset supset supseteq
supseteqq supsetneq supsetneqq surd swarrow symbf tag tan tanh Tau tau tbinom text textasciicircum
textasciitilde textbackslash textbar textbardbl textbf textbraceleft textbraceright textdagger textdaggerdbl
textdegree textdollar textellipsis textemdash textendash textgreater textit textless textquotedblleft
textquotedblright textquoteleft textquoteright textregistered textrm textsc textsf textsterling textstyle texttt
textunderscore textyen tfrac tg th therefore Theta theta thetasym thickspace thinspace tilde times tiny to top
triangle triangledown triangleleft trianglelefteq triangleq triangleright trianglerighteq tt twoheadleftarrow
twoheadrightarrow u Uarr uArr uarr ulcorner underbar underbrace underbracket undergroup underleftarrow
underleftrightarrow underline underparen underrightarrow underset unlhd unrhd Uparrow uparrow Updownarrow
updownarrow upharpoonleft upharpoonright uplus Upsilon upsilon upuparrows urcorner utilde v varDelta varepsilon
varGamma varkappa varLambda varnothing varointclockwise varOmega varPhi varphi varPi varpi varPsi varrho
varSigma varsigma varsubsetneq varsubsetneqq varsupsetneq varsupsetneqq varTheta vartheta vartriangle
vartriangleleft vartriangleright varUpsilon varXi vcentcolon VDash Vdash vDash vdash vdots vec vee veebar veeeq
Vert vert vertoverlay vphantom Vvdash wedge wedgeq weierp widecheck widehat widetilde wp wr xcancel
xhookleftarrow xhookrightarrow Xi xi xLeftarrow xleftarrow xleftharpoondown xleftharpoonup xLeftrightarrow
xleftrightarrow xleftrightharpoons xlongequal xmapsto xRightarrow xrightarrow xrightharpoondown xrightharpoonup
xrightleftharpoons xtofrom xtwoheadleftarrow xtwoheadrightarrow yen Yleft Yright Z Zeta zeta
""".split()
)

# Met a few hundred times in a row, each of these takes the converter's stack down one level a time. Found by trying.
NESTING = frozenset(
    "\\" + name
    for name in """
acute angl arccos arcctg arcsin arctan arctg arg argmax argmin awint bar Bbb bcancel bigcap bigcup bigcupdot
bigdoublevee bigdoublewedge bigodot bigoplus bigotimes bigsqcap bigsqcup bigtimes biguplus bigvee bigwedge binom
bm bold boldsymbol boxed breve cancel cdotp cfrac ch check cirfnint color coprod cos cosec cosh cot cotg coth
cramped csc ctg cth dbinom ddddot dddot ddot deg det dfrac dim displaystyle dot dots erf erfc exp fint frac frak
gcd grave hat hom hphantom iiiint iiint iint inf injlim int intBar intbar intclockwise Join ker ldotp ldots lg
lim liminf limsup ln log mathbb mathbf mathbin mathcal mathclose mathfrak mathinner mathit mathop mathopen
mathord mathpunct mathrel mathring mathrm mathscr mathsf mathtt max min not oiiint oiint oint ointctrclockwise
operatorname operatorname* operatornamewithlimits overbrace overbracket overgroup overleftarrow overleftharpoon
overleftrightarrow overline overparen Overrightarrow overrightarrow overrightharpoon overset phantom phase plim
Pr prescript prod projlim scriptscriptstyle scriptstyle sec set sh sideset sin sinh slashed sqrt stackrel sum
sumint sup symbf tan tanh tbinom textstyle tfrac tg th tilde underbrace underbracket undergroup underleftarrow
underleftrightarrow underline underparen underrightarrow underset utilde varointclockwise vec vertoverlay
vphantom widecheck widehat widetilde xcancel xhookleftarrow xhookrightarrow xLeftarrow xleftarrow
xleftharpoondown xleftharpoonup xLeftrightarrow xleftrightarrow xleftrightharpoons xlongequal xmapsto
xRightarrow xrightarrow xrightharpoondown xrightharpoonup xrightleftharpoons xtofrom xtwoheadleftarrow
xtwoheadrightarrow
""".split()
)
